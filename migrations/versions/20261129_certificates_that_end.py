"""certificates that end reach the index

Revision: certificates_that_end, after names_in_lists
"""

import sqlalchemy as sa
from alembic import op

revision = 'certificates_that_end'
down_revision = 'names_in_lists'
branch_labels = None
depends_on = None


def upgrade():
    # A column that may be empty and an index of the few rows that have a last day.
    op.add_column('talent_entries', sa.Column('lapsed_on', sa.Date(), nullable=True))
    op.create_index(
        'ix_talent_entries_valid_until',
        'talent_entries',
        ['valid_until'],
        sqlite_where=sa.text('valid_until IS NOT NULL'),
        postgresql_where=sa.text('valid_until IS NOT NULL'),
    )


def downgrade():
    op.drop_index('ix_talent_entries_valid_until', 'talent_entries')
    op.drop_column('talent_entries', 'lapsed_on')
