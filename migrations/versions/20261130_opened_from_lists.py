"""when a row of a shown list was opened

Revision: opened_rows, after guessed_occupations
"""

import sqlalchemy as sa
from alembic import op

revision = 'opened_rows'
down_revision = 'guessed_occupations'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('shown_rows') as rows:
        rows.add_column(sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True))


def downgrade():
    with op.batch_alter_table('shown_rows') as rows:
        rows.drop_column('opened_at')
