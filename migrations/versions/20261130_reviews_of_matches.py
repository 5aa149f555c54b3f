"""reviews of a match without an application

Revision: match_reviews, after copied_from
"""

import sqlalchemy as sa
from alembic import op

revision = 'match_reviews'
down_revision = 'copied_from'
branch_labels = None
depends_on = None

OPEN = sa.text("subject_type = 'match' AND state = 'open'")


def upgrade():
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told', sa.JSON(), nullable=True))
        batch_op.create_index('uq_reports_open_match', ['subject_id', 'reporter_id'], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade():
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.drop_index('uq_reports_open_match', sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.drop_column('told')
