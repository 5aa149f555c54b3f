"""a replacement names the placement whose fee is its own

Revision: replacements, after mandate_joinings
"""

import sqlalchemy as sa
from alembic import op

revision = 'replacements'
down_revision = 'mandate_joinings'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    with op.batch_alter_table('placements', schema=None) as batch_op:
        batch_op.add_column(sa.Column('replaces_id', KEY, nullable=True))
        batch_op.create_unique_constraint(op.f('uq_placements_replaces_id'), ['replaces_id'])
        batch_op.create_foreign_key(op.f('fk_placements_replaces_id_placements'), 'placements', ['replaces_id'], ['id'])


def downgrade():
    with op.batch_alter_table('placements', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('fk_placements_replaces_id_placements'), type_='foreignkey')
        batch_op.drop_constraint(op.f('uq_placements_replaces_id'), type_='unique')
        batch_op.drop_column('replaces_id')
