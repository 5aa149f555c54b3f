"""an employer lets the firm that referred somebody propose interview times

Revision: interviews_by_firms, after shares_between_firms
"""

import sqlalchemy as sa
from alembic import op

revision = 'interviews_by_firms'
down_revision = 'shares_between_firms'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    with op.batch_alter_table('referrals', schema=None) as batch_op:
        batch_op.add_column(sa.Column('schedules_since', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('interviews', schema=None) as batch_op:
        batch_op.add_column(sa.Column('firm_id', KEY, nullable=True))
        batch_op.create_foreign_key(op.f('fk_interviews_firm_id_organisations'), 'organisations', ['firm_id'], ['id'])


def downgrade():
    with op.batch_alter_table('interviews', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_interviews_firm_id_organisations'), type_='foreignkey')
        batch_op.drop_column('firm_id')
    with op.batch_alter_table('referrals', schema=None) as batch_op:
        batch_op.drop_column('schedules_since')
