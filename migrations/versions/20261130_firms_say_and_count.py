"""fields and regions of firms, and their figures as last counted

Revision: firm_figures, after message_files
"""

import sqlalchemy as sa
from alembic import op

revision = 'firm_figures'
down_revision = 'message_files'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table('firm_profiles',
    sa.Column('organisation_id', KEY, nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('regions', sa.JSON(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_firm_profiles_organisation_id_organisations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_firm_profiles')),
    sa.UniqueConstraint('organisation_id', name=op.f('uq_firm_profiles_organisation_id'))
    )
    op.create_table('firm_figures',
    sa.Column('organisation_id', KEY, nullable=False),
    sa.Column('counted_on', sa.Date(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('referrals', sa.Integer(), nullable=False),
    sa.Column('interviewed', sa.Integer(), nullable=False),
    sa.Column('started', sa.Integer(), nullable=False),
    sa.Column('disputes', sa.Integer(), nullable=False),
    sa.Column('mandates', sa.Integer(), nullable=False),
    sa.Column('median_days', sa.Integer(), nullable=True),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_firm_figures_organisation_id_organisations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_firm_figures')),
    sa.UniqueConstraint('organisation_id', name=op.f('uq_firm_figures_organisation_id'))
    )


def downgrade():
    op.drop_table('firm_figures')
    op.drop_table('firm_profiles')
