"""one open review of a score

Revision: 7c1d52e0ab94, after e4a31f8365b5
"""

import sqlalchemy as sa
from alembic import op

revision = '7c1d52e0ab94'
down_revision = 'e4a31f8365b5'
branch_labels = None
depends_on = None

OPEN = sa.text("subject_type = 'application' AND state = 'open'")


def upgrade():
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.create_index('uq_reports_open_review', ['subject_id'], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade():
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.drop_index('uq_reports_open_review', sqlite_where=OPEN, postgresql_where=OPEN)
