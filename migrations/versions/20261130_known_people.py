"""whom a search for people found when it was saved

Revision: known_people, after ranking_trials
"""

import sqlalchemy as sa
from alembic import op

revision = 'known_people'
down_revision = 'ranking_trials'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'known_people',
        sa.Column('search_id', KEY, nullable=False),
        sa.Column('people', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ['search_id'],
            ['saved_searches.id'],
            name=op.f('fk_known_people_search_id_saved_searches'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('search_id', name=op.f('pk_known_people')),
    )


def downgrade():
    op.drop_table('known_people')
