"""when a side that has not said the start of a placement is asked

Revision: asked_starts, after firm_people
"""

import sqlalchemy as sa
from alembic import op

revision = 'asked_starts'
down_revision = 'firm_people'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('placements', sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('placements', sa.Column('reminded', sa.Integer(), server_default='0', nullable=False))
    op.create_index('ix_placements_remind', 'placements', ['remind_at'])


def downgrade():
    with op.batch_alter_table('placements', schema=None) as batch_op:
        batch_op.drop_index('ix_placements_remind')
        batch_op.drop_column('reminded')
        batch_op.drop_column('remind_at')
