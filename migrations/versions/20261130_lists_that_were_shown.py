"""lists that were shown, to learn from and to explain later

Revision: shown_lists, after jobs_as_published
"""

import sqlalchemy as sa
from alembic import op

revision = 'shown_lists'
down_revision = 'jobs_as_published'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
SURFACES = ('desk', 'recommended', 'people', 'matches', 'search')


def upgrade():
    op.create_table(
        'shown_lists',
        sa.Column('public_id', sa.String(length=32), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            'surface',
            sa.Enum(*SURFACES, name='surface', native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column('viewer', sa.String(length=32), nullable=True),
        sa.Column('organisation', sa.String(length=32), nullable=True),
        sa.Column('subject', sa.String(length=32), nullable=False),
        sa.Column('model', sa.String(length=80), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_shown_lists')),
        sa.UniqueConstraint('public_id', name=op.f('uq_shown_lists_public_id')),
    )
    op.create_index('ix_shown_lists_subject', 'shown_lists', ['subject', 'at'])
    op.create_index(op.f('ix_shown_lists_at'), 'shown_lists', ['at'])
    op.create_index(op.f('ix_shown_lists_viewer'), 'shown_lists', ['viewer'])
    op.create_table(
        'shown_rows',
        sa.Column('list_id', KEY, nullable=False),
        sa.Column('rank', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('job', sa.String(length=32), nullable=False),
        sa.Column('talent', sa.String(length=32), nullable=False),
        sa.Column('total', sa.Integer(), nullable=False),
        sa.Column('exact', sa.Float(), nullable=False),
        sa.Column('parts', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ['list_id'],
            ['shown_lists.id'],
            name=op.f('fk_shown_rows_list_id_shown_lists'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('list_id', 'rank', name=op.f('pk_shown_rows')),
    )
    op.create_index('ix_shown_rows_talent', 'shown_rows', ['talent', 'list_id'])


def downgrade():
    op.drop_table('shown_rows')
    op.drop_table('shown_lists')
