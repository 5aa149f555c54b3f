"""proof of a start that one side does not confirm, and what was decided

Revision: start_cases, after asked_starts
"""

import sqlalchemy as sa
from alembic import op

revision = 'start_cases'
down_revision = 'asked_starts'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def _words(name, *values):
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade():
    op.create_table(
        'start_cases',
        sa.Column('public_id', sa.String(length=32), nullable=False),
        sa.Column('placement_id', KEY, nullable=False),
        sa.Column('kind', _words('startcasekind', 'proof', 'appeal'), nullable=False),
        sa.Column('party', _words('startparty', 'employer', 'person', 'firm'), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('file_id', KEY, nullable=True),
        sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('answer', sa.Text(), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ruling', _words('startruling', 'started', 'not_proven', 'confirmed'), nullable=True),
        sa.Column('reasons', sa.Text(), nullable=False),
        sa.Column('ruled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ruled_by', KEY, nullable=True),
        sa.Column('takes_effect_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('revision', sa.Integer(), nullable=False),
        sa.Column('id', KEY, nullable=False),
        sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_start_cases_file_id_files'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['placement_id'], ['placements.id'], name=op.f('fk_start_cases_placement_id_placements')),
        sa.ForeignKeyConstraint(['ruled_by'], ['accounts.id'], name=op.f('fk_start_cases_ruled_by_accounts'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_start_cases')),
        sa.UniqueConstraint('placement_id', 'kind', name=op.f('uq_start_cases_placement_id_kind')),
        sa.UniqueConstraint('public_id', name=op.f('uq_start_cases_public_id')),
    )
    with op.batch_alter_table('start_cases', schema=None) as batch_op:
        batch_op.create_index('ix_start_cases_due', ['ruling', 'due_at'], unique=False)
        batch_op.create_index('ix_start_cases_effect', ['takes_effect_at'], unique=False)


def downgrade():
    op.drop_table('start_cases')
