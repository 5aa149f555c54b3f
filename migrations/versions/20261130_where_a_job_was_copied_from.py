"""the job that a copy began with, by which a claim on a person knows it

Revision: copied_from, after placements
"""

import sqlalchemy as sa
from alembic import op

revision = 'copied_from'
down_revision = 'placements'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.add_column('jobs', sa.Column('copied_from_id', KEY, nullable=True))
    op.create_index('ix_jobs_copied_from_id', 'jobs', ['copied_from_id'])


def downgrade():
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.drop_index('ix_jobs_copied_from_id')
        batch_op.drop_column('copied_from_id')
