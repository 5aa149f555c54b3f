"""saved searches that are told what suits, from the lists of the night

Revision: told_what_suits, after kept_matches
"""

import sqlalchemy as sa
from alembic import op

revision = 'told_what_suits'
down_revision = 'kept_matches'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.add_column(
        'saved_searches',
        sa.Column('by_match', sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index('ix_saved_searches_match', 'saved_searches', ['by_match', 'id'])
    op.add_column('match_head', sa.Column('finished', KEY, server_default='0', nullable=False))
    op.add_column('match_head', sa.Column('noting', KEY, server_default='0', nullable=False))
    op.add_column('match_head', sa.Column('noted_to', KEY, nullable=True))


def downgrade():
    for name in ('noted_to', 'noting', 'finished'):
        with op.batch_alter_table('match_head', schema=None) as batch_op:
            batch_op.drop_column(name)
    with op.batch_alter_table('saved_searches', schema=None) as batch_op:
        batch_op.drop_index('ix_saved_searches_match')
        batch_op.drop_column('by_match')
