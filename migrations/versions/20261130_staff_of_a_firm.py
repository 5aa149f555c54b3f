"""how many work full time for a firm, as its licence is reviewed

Revision: staff_of_a_firm, after interviews_by_firms
"""

import sqlalchemy as sa
from alembic import op

revision = 'staff_of_a_firm'
down_revision = 'interviews_by_firms'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('licences', sa.Column('full_time_staff', sa.Integer(), nullable=True))
    op.add_column('licences', sa.Column('staff_checked', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade():
    with op.batch_alter_table('licences', schema=None) as batch_op:
        batch_op.drop_column('staff_checked')
        batch_op.drop_column('full_time_staff')
