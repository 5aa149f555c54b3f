"""offers, the placements that come of them, and what happens to those

Revision: placements, after referrals
"""

import sqlalchemy as sa
from alembic import op

revision = 'placements'
down_revision = 'referrals'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table('offers',
    sa.Column('application_id', KEY, nullable=False),
    sa.Column('pay_month', sa.BigInteger(), nullable=False),
    sa.Column('pay_months', sa.Integer(), nullable=False),
    sa.Column('start_on', sa.Date(), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('contract_months', sa.Integer(), nullable=True),
    sa.Column('probation_months', sa.Integer(), nullable=False),
    sa.Column('made_by', KEY, nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_offers_application_id_applications'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by'], ['accounts.id'], name=op.f('fk_offers_made_by_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offers'))
    )
    with op.batch_alter_table('offers', schema=None) as batch_op:
        batch_op.create_index('ix_offers_application', ['application_id', 'id'], unique=False)

    op.create_table('placements',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('application_id', KEY, nullable=False),
    sa.Column('referral_id', KEY, nullable=False),
    sa.Column('offer_id', KEY, nullable=False),
    sa.Column('state', sa.Enum('agreed', 'in_guarantee', 'guaranteed', 'left', 'replaced', 'refunded', 'not_started', name='placementstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('guarantee_until', sa.Date(), nullable=True),
    sa.Column('by_decision', sa.Boolean(), nullable=False),
    sa.Column('left_on', sa.Date(), nullable=True),
    sa.Column('cause', sa.Enum('employer', 'person', 'other', name='cause', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_placements_application_id_applications')),
    sa.ForeignKeyConstraint(['offer_id'], ['offers.id'], name=op.f('fk_placements_offer_id_offers')),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_placements_referral_id_referrals')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placements')),
    sa.UniqueConstraint('application_id', name=op.f('uq_placements_application_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_placements_public_id'))
    )
    with op.batch_alter_table('placements', schema=None) as batch_op:
        batch_op.create_index('ix_placements_guarantee', ['state', 'guarantee_until'], unique=False)
        batch_op.create_index('ix_placements_referral', ['referral_id'], unique=False)

    op.create_table('placement_events',
    sa.Column('placement_id', KEY, nullable=False),
    sa.Column('key', sa.String(length=48), nullable=False),
    sa.Column('kind', sa.Enum('started', 'left', 'replaced', 'refunded', 'disputed', 'ruled', name='happenedkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('cause', sa.Enum('employer', 'person', 'other', name='event_cause', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['placement_id'], ['placements.id'], name=op.f('fk_placement_events_placement_id_placements')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement_events')),
    sa.UniqueConstraint('placement_id', 'key', name=op.f('uq_placement_events_placement_id_key'))
    )


def downgrade():
    op.drop_table('placement_events')
    with op.batch_alter_table('placements', schema=None) as batch_op:
        batch_op.drop_index('ix_placements_referral')
        batch_op.drop_index('ix_placements_guarantee')

    op.drop_table('placements')
    with op.batch_alter_table('offers', schema=None) as batch_op:
        batch_op.drop_index('ix_offers_application')

    op.drop_table('offers')
