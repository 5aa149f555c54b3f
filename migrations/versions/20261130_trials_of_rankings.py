"""trials of two rankings in one list

Revision: ranking_trials, after opened_rows
"""

import sqlalchemy as sa
from alembic import op

revision = 'ranking_trials'
down_revision = 'opened_rows'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'ranking_trials',
        sa.Column('public_id', sa.String(length=32), nullable=False),
        sa.Column('candidate', sa.String(length=40), nullable=False),
        sa.Column('baseline', sa.String(length=40), nullable=True),
        sa.Column(
            'side',
            sa.Enum('jobs', 'people', 'both', name='side', native_enum=False,
                    create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('open', sa.Boolean(), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_ranking_trials')),
        sa.UniqueConstraint('public_id', name=op.f('uq_ranking_trials_public_id')),
    )
    op.create_index(
        'uq_ranking_trials_open',
        'ranking_trials',
        ['open'],
        unique=True,
        sqlite_where=sa.text('open'),
        postgresql_where=sa.text('open'),
    )
    op.add_column('shown_lists', sa.Column('trial', sa.String(length=32), nullable=True))
    op.add_column('shown_rows', sa.Column('team', sa.String(length=1), nullable=True))


def downgrade():
    with op.batch_alter_table('shown_rows') as rows:
        rows.drop_column('team')
    with op.batch_alter_table('shown_lists') as lists:
        lists.drop_column('trial')
    op.drop_table('ranking_trials')
