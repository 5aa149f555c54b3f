"""starts that the office decided are counted apart in the figures of firms

Revision: decided_starts, after event_anchors
"""

import sqlalchemy as sa
from alembic import op

revision = 'decided_starts'
down_revision = 'event_anchors'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('firm_figures', sa.Column('decided', sa.Integer(), server_default='0', nullable=False))


def downgrade():
    with op.batch_alter_table('firm_figures', schema=None) as batch_op:
        batch_op.drop_column('decided')
