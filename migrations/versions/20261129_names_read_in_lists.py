"""names read in lists are kept once a day

Revision: names_in_lists, after 7e0597ed6d4b
"""

import sqlalchemy as sa
from alembic import op

revision = 'names_in_lists'
down_revision = '7e0597ed6d4b'
branch_labels = None
depends_on = None


def upgrade():
    # A column that may be empty, and an index of the rows that have it: none yet.
    op.add_column('profile_openings', sa.Column('listed_on', sa.Date(), nullable=True))
    op.create_index(
        'uq_profile_openings_listed',
        'profile_openings',
        ['organisation_id', 'subject_id', 'listed_on', 'talent_id'],
        unique=True,
        sqlite_where=sa.text('listed_on IS NOT NULL'),
        postgresql_where=sa.text('listed_on IS NOT NULL'),
    )


def downgrade():
    op.drop_index('uq_profile_openings_listed', 'profile_openings')
    op.drop_column('profile_openings', 'listed_on')
