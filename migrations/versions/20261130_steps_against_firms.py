"""steps against firms that break the rules

Revision: firm_measures, after decided_starts
"""

import sqlalchemy as sa
from alembic import op

revision = 'firm_measures'
down_revision = 'decided_starts'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table('firm_measures',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('organisation_id', KEY, nullable=False),
    sa.Column('step', sa.Enum('warning', 'no_joining', 'no_asking', 'suspension', name='step', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('counted', sa.JSON(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('appeal', sa.Text(), nullable=False),
    sa.Column('appealed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ruling', sa.Enum('stands', 'lifted', name='measureruling', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('reasons', sa.Text(), nullable=False),
    sa.Column('ruled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ruled_by', KEY, nullable=True),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_firm_measures_organisation_id_organisations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['ruled_by'], ['accounts.id'], name=op.f('fk_firm_measures_ruled_by_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_firm_measures')),
    sa.UniqueConstraint('organisation_id', 'key', name=op.f('uq_firm_measures_organisation_id_key')),
    sa.UniqueConstraint('public_id', name=op.f('uq_firm_measures_public_id'))
    )
    with op.batch_alter_table('firm_measures', schema=None) as batch_op:
        batch_op.create_index('ix_firm_measures_due', ['ruling', 'due_at'], unique=False)


def downgrade():
    op.drop_table('firm_measures')
