"""referrals, the claims they leave and the disputes about them

Revision: referrals, after books
"""

import sqlalchemy as sa
from alembic import op

revision = 'referrals'
down_revision = 'books'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table('referrals',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=False),
    sa.Column('mandate_id', KEY, nullable=False),
    sa.Column('terms_id', KEY, nullable=True),
    sa.Column('job_id', KEY, nullable=False),
    sa.Column('firm_id', KEY, nullable=False),
    sa.Column('employer_id', KEY, nullable=False),
    sa.Column('talent_id', KEY, nullable=False),
    sa.Column('consultant_id', KEY, nullable=True),
    sa.Column('employer_named', sa.Boolean(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('asked', 'interested', 'consented', 'sent', 'declined', 'withdrawn', 'lapsed', name='referralstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('interested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('consented_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('named', sa.JSON(), nullable=False),
    sa.Column('consent_until', sa.Date(), nullable=True),
    sa.Column('contact_now', sa.Boolean(), nullable=False),
    sa.Column('application_id', KEY, nullable=True),
    sa.Column('claim', sa.Enum('pending', 'standing', 'known', 'disputed', 'refused', 'dormant', 'expired', name='referralclaim', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('claim_until', sa.Date(), nullable=True),
    sa.Column('answer', sa.Enum('new', 'known', 'silence', name='knownanswer', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('answer_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('known_on', sa.Date(), nullable=True),
    sa.Column('known_record', sa.Text(), nullable=False),
    sa.Column('object_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_referrals_application_id_applications')),
    sa.ForeignKeyConstraint(['consultant_id'], ['accounts.id'], name=op.f('fk_referrals_consultant_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['employer_id'], ['organisations.id'], name=op.f('fk_referrals_employer_id_organisations')),
    sa.ForeignKeyConstraint(['firm_id'], ['organisations.id'], name=op.f('fk_referrals_firm_id_organisations')),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_referrals_job_id_jobs')),
    sa.ForeignKeyConstraint(['mandate_id'], ['mandates.id'], name=op.f('fk_referrals_mandate_id_mandates')),
    sa.ForeignKeyConstraint(['talent_id'], ['talents.id'], name=op.f('fk_referrals_talent_id_talents')),
    sa.ForeignKeyConstraint(['terms_id'], ['mandate_terms.id'], name=op.f('fk_referrals_terms_id_mandate_terms')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referrals')),
    sa.UniqueConstraint('public_id', name=op.f('uq_referrals_public_id'))
    )
    with op.batch_alter_table('referrals', schema=None) as batch_op:
        batch_op.create_index('ix_referrals_answer', ['claim', 'answer_due_at'], unique=False)
        batch_op.create_index('ix_referrals_employer', ['employer_id', 'claim'], unique=False)
        batch_op.create_index('ix_referrals_expires', ['state', 'expires_at'], unique=False)
        batch_op.create_index('ix_referrals_firm', ['firm_id', 'state'], unique=False)
        batch_op.create_index('ix_referrals_talent', ['talent_id', 'state'], unique=False)
        batch_op.create_index('uq_referrals_claim', ['employer_id', 'job_id', 'talent_id'], unique=True, sqlite_where=sa.text("claim IN ('pending', 'standing', 'known', 'disputed', 'dormant')"), postgresql_where=sa.text("claim IN ('pending', 'standing', 'known', 'disputed', 'dormant')"))
        batch_op.create_index('uq_referrals_consented', ['job_id', 'talent_id'], unique=True, sqlite_where=sa.text("state = 'consented'"), postgresql_where=sa.text("state = 'consented'"))
        batch_op.create_index('uq_referrals_running', ['firm_id', 'job_id', 'talent_id'], unique=True, sqlite_where=sa.text("state IN ('asked', 'interested', 'consented')"), postgresql_where=sa.text("state IN ('asked', 'interested', 'consented')"))

    op.create_table('referral_disputes',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('referral_id', KEY, nullable=False),
    sa.Column('kind', sa.Enum('known_before', 'objection', 'appeal', name='disputekind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('organisation_id', KEY, nullable=False),
    sa.Column('record_on', sa.Date(), nullable=False),
    sa.Column('record', sa.Text(), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ruling', sa.Enum('upheld', 'refused', name='ruling', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('reasons', sa.Text(), nullable=False),
    sa.Column('ruled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ruled_by', KEY, nullable=True),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_referral_disputes_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_referral_disputes_referral_id_referrals')),
    sa.ForeignKeyConstraint(['ruled_by'], ['accounts.id'], name=op.f('fk_referral_disputes_ruled_by_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_disputes')),
    sa.UniqueConstraint('public_id', name=op.f('uq_referral_disputes_public_id')),
    sa.UniqueConstraint('referral_id', 'kind', 'organisation_id', name=op.f('uq_referral_disputes_referral_id_kind_organisation_id'))
    )
    with op.batch_alter_table('referral_disputes', schema=None) as batch_op:
        batch_op.create_index('ix_referral_disputes_due', ['ruling', 'due_at'], unique=False)
        batch_op.create_index('uq_referral_disputes_open', ['referral_id'], unique=True, sqlite_where=sa.text('ruling IS NULL'), postgresql_where=sa.text('ruling IS NULL'))



def downgrade():
    with op.batch_alter_table('referral_disputes', schema=None) as batch_op:
        batch_op.drop_index('uq_referral_disputes_open', sqlite_where=sa.text('ruling IS NULL'), postgresql_where=sa.text('ruling IS NULL'))
        batch_op.drop_index('ix_referral_disputes_due')

    op.drop_table('referral_disputes')
    with op.batch_alter_table('referrals', schema=None) as batch_op:
        batch_op.drop_index('uq_referrals_running', sqlite_where=sa.text("state IN ('asked', 'interested', 'consented')"), postgresql_where=sa.text("state IN ('asked', 'interested', 'consented')"))
        batch_op.drop_index('uq_referrals_consented', sqlite_where=sa.text("state = 'consented'"), postgresql_where=sa.text("state = 'consented'"))
        batch_op.drop_index('uq_referrals_claim', sqlite_where=sa.text("claim IN ('pending', 'standing', 'known', 'disputed', 'dormant')"), postgresql_where=sa.text("claim IN ('pending', 'standing', 'known', 'disputed', 'dormant')"))
        batch_op.drop_index('ix_referrals_talent')
        batch_op.drop_index('ix_referrals_firm')
        batch_op.drop_index('ix_referrals_expires')
        batch_op.drop_index('ix_referrals_employer')
        batch_op.drop_index('ix_referrals_answer')

    op.drop_table('referrals')
