"""an entry can be verified

Revision: e4a31f8365b5, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = 'e4a31f8365b5'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('talent_entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('return_reason', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('return_text', sa.Text(), nullable=True))
        batch_op.create_index('ix_talent_entries_waiting', ['asked_at'], unique=False, sqlite_where=sa.text("verification = 'in_review'"), postgresql_where=sa.text("verification = 'in_review'"))


def downgrade():
    with op.batch_alter_table('talent_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_talent_entries_waiting', sqlite_where=sa.text("verification = 'in_review'"), postgresql_where=sa.text("verification = 'in_review'"))
        batch_op.drop_column('return_text')
        batch_op.drop_column('return_reason')
        batch_op.drop_column('asked_at')
