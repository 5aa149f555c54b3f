"""firms that join another's mandate

Revision: mandate_joinings, after start_cases
"""

import sqlalchemy as sa
from alembic import op

revision = 'mandate_joinings'
down_revision = 'start_cases'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
OPEN = sa.text("state IN ('asked', 'joined')")


def upgrade():
    op.create_table('mandate_joinings',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('mandate_id', KEY, nullable=False),
    sa.Column('firm_id', KEY, nullable=False),
    sa.Column('consultant_id', KEY, nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('asked', 'joined', 'refused', 'withdrawn', 'left', 'excluded', name='joiningstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reason_text', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['consultant_id'], ['accounts.id'], name=op.f('fk_mandate_joinings_consultant_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['firm_id'], ['organisations.id'], name=op.f('fk_mandate_joinings_firm_id_organisations')),
    sa.ForeignKeyConstraint(['mandate_id'], ['mandates.id'], name=op.f('fk_mandate_joinings_mandate_id_mandates'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate_joinings')),
    sa.UniqueConstraint('public_id', name=op.f('uq_mandate_joinings_public_id'))
    )
    with op.batch_alter_table('mandate_joinings', schema=None) as batch_op:
        batch_op.create_index('ix_mandate_joinings_firm', ['firm_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_mandate_joinings_mandate_id'), ['mandate_id'], unique=False)
        batch_op.create_index('uq_mandate_joinings_open', ['mandate_id', 'firm_id'], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade():
    op.drop_table('mandate_joinings')
