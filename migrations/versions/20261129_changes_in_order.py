"""the order of changes for readers outside

Revision: changes_in_order, after 7c1d52e0ab94
"""

import sqlalchemy as sa
from alembic import op

revision = 'changes_in_order'
down_revision = '7c1d52e0ab94'
branch_labels = None
depends_on = None


def upgrade():
    # Columns with a constant default and one index: no table is written anew. Numbers are given
    # by the first reader.
    big = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.add_column('index_states', sa.Column('sequence', big, nullable=True))
    op.add_column(
        'index_states',
        sa.Column('shown', sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index('uq_index_states_sequence', 'index_states', ['kind', 'sequence'], unique=True)
    op.create_table(
        'change_heads',
        sa.Column('kind', sa.String(length=16), nullable=False),
        sa.Column('era', sa.String(length=32), nullable=False),
        sa.Column('value', big, nullable=False),
        sa.PrimaryKeyConstraint('kind', name=op.f('pk_change_heads')),
    )


def downgrade():
    op.drop_table('change_heads')
    op.drop_index('uq_index_states_sequence', 'index_states')
    op.drop_column('index_states', 'shown')
    op.drop_column('index_states', 'sequence')
