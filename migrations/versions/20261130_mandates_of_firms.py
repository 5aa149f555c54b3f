"""mandates of HR service firms, their documents, terms and links

Revision: mandates, after known_people
"""

import sqlalchemy as sa
from alembic import op

revision = 'mandates'
down_revision = 'known_people'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table('mandates',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('organisation_id', KEY, nullable=False),
    sa.Column('client_id', KEY, nullable=True),
    sa.Column('client_name', sa.String(length=160), nullable=False),
    sa.Column('client_uscc', sa.String(length=18), nullable=False),
    sa.Column('handler_name', sa.Text(), nullable=True),
    sa.Column('handler_contact', sa.Text(), nullable=True),
    sa.Column('handler_number', sa.String(length=24), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('headcount', sa.Integer(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('job_id', KEY, nullable=True),
    sa.Column('entrustment_id', KEY, nullable=True),
    sa.Column('consultant_id', KEY, nullable=True),
    sa.Column('reviewer_id', KEY, nullable=True),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.Enum('draft', 'documents', 'returned', 'in_review', 'awaiting_countersignature', 'active', 'paused', 'frozen', 'ended', 'refused', 'expired', name='mandatestate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('state_before_freeze', sa.String(length=32), nullable=True),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('reason_text', sa.Text(), nullable=False),
    sa.Column('terms_number', sa.Integer(), nullable=True),
    sa.Column('activated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sampled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sampled_by', KEY, nullable=True),
    sa.Column('moved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['client_id'], ['organisations.id'], name=op.f('fk_mandates_client_id_organisations')),
    sa.ForeignKeyConstraint(['consultant_id'], ['accounts.id'], name=op.f('fk_mandates_consultant_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['entrustment_id'], ['entrustments.id'], name=op.f('fk_mandates_entrustment_id_entrustments')),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_mandates_job_id_jobs')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_mandates_organisation_id_organisations')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['accounts.id'], name=op.f('fk_mandates_reviewer_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['sampled_by'], ['accounts.id'], name=op.f('fk_mandates_sampled_by_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandates')),
    sa.UniqueConstraint('entrustment_id', name=op.f('uq_mandates_entrustment_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_mandates_public_id'))
    )
    with op.batch_alter_table('mandates', schema=None) as batch_op:
        batch_op.create_index('ix_mandates_client', ['client_id', 'state'], unique=False)
        batch_op.create_index('ix_mandates_client_uscc', ['client_uscc'], unique=False)
        batch_op.create_index(batch_op.f('ix_mandates_consultant_id'), ['consultant_id'], unique=False)
        batch_op.create_index('ix_mandates_ends', ['state', 'valid_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_mandates_job_id'), ['job_id'], unique=False)
        batch_op.create_index('ix_mandates_organisation', ['organisation_id', 'state'], unique=False)

    op.create_table('mandate_documents',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('mandate_id', KEY, nullable=False),
    sa.Column('kind', sa.Enum('brief', 'registration', 'handler_identity', 'letter', name='mandatedocumentkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('file_id', KEY, nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('erase_on', sa.Date(), nullable=True),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_mandate_documents_file_id_files')),
    sa.ForeignKeyConstraint(['mandate_id'], ['mandates.id'], name=op.f('fk_mandate_documents_mandate_id_mandates'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate_documents')),
    sa.UniqueConstraint('public_id', name=op.f('uq_mandate_documents_public_id'))
    )
    with op.batch_alter_table('mandate_documents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mandate_documents_erase_on'), ['erase_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_mandate_documents_mandate_id'), ['mandate_id'], unique=False)
        batch_op.create_index('uq_mandate_documents_current', ['mandate_id', 'kind'], unique=True, sqlite_where=sa.text('replaced_at IS NULL'), postgresql_where=sa.text('replaced_at IS NULL'))

    op.create_table('mandate_links',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('mandate_id', KEY, nullable=False),
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('terms_number', sa.Integer(), nullable=False),
    sa.Column('receiver', sa.Text(), nullable=True),
    sa.Column('created_by', KEY, nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['accounts.id'], name=op.f('fk_mandate_links_created_by_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['mandate_id'], ['mandates.id'], name=op.f('fk_mandate_links_mandate_id_mandates'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate_links')),
    sa.UniqueConstraint('public_id', name=op.f('uq_mandate_links_public_id')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_mandate_links_token_digest'))
    )
    with op.batch_alter_table('mandate_links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mandate_links_mandate_id'), ['mandate_id'], unique=False)

    op.create_table('mandate_terms',
    sa.Column('mandate_id', KEY, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('exclusive', sa.Boolean(), nullable=False),
    sa.Column('fee_basis', sa.Enum('share', 'amount', 'none', name='feebasis', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('fee_share', sa.Integer(), nullable=False),
    sa.Column('fee_amount', sa.BigInteger(), nullable=False),
    sa.Column('tax_rate', sa.Integer(), nullable=False),
    sa.Column('guarantee_days', sa.Integer(), nullable=False),
    sa.Column('remedy', sa.Enum('refund', 'refund_by_days', 'replacement', 'none', name='remedy', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('ownership_days', sa.Integer(), nullable=False),
    sa.Column('reach', sa.Enum('job', 'copies', 'group', name='reach', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('objection_days', sa.Integer(), nullable=False),
    sa.Column('opened', sa.Boolean(), nullable=False),
    sa.Column('split', sa.Integer(), nullable=False),
    sa.Column('record_name', sa.String(length=160), nullable=False),
    sa.Column('record_uscc', sa.String(length=18), nullable=False),
    sa.Column('host_name', sa.String(length=160), nullable=False),
    sa.Column('host_uscc', sa.String(length=18), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('proposed_by', KEY, nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['mandate_id'], ['mandates.id'], name=op.f('fk_mandate_terms_mandate_id_mandates'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['proposed_by'], ['accounts.id'], name=op.f('fk_mandate_terms_proposed_by_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate_terms')),
    sa.UniqueConstraint('mandate_id', 'number', name=op.f('uq_mandate_terms_mandate_id_number'))
    )
    op.create_table('terms_confirmations',
    sa.Column('terms_id', KEY, nullable=False),
    sa.Column('party', sa.Enum('firm', 'client', name='party', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('account_id', KEY, nullable=True),
    sa.Column('link_id', KEY, nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_terms_confirmations_account_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['link_id'], ['mandate_links.id'], name=op.f('fk_terms_confirmations_link_id_mandate_links'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['terms_id'], ['mandate_terms.id'], name=op.f('fk_terms_confirmations_terms_id_mandate_terms'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terms_confirmations')),
    sa.UniqueConstraint('terms_id', 'party', name=op.f('uq_terms_confirmations_terms_id_party'))
    )


def downgrade():
    op.drop_table('terms_confirmations')
    op.drop_table('mandate_terms')
    with op.batch_alter_table('mandate_links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mandate_links_mandate_id'))

    op.drop_table('mandate_links')
    with op.batch_alter_table('mandate_documents', schema=None) as batch_op:
        batch_op.drop_index('uq_mandate_documents_current', sqlite_where=sa.text('replaced_at IS NULL'), postgresql_where=sa.text('replaced_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_mandate_documents_mandate_id'))
        batch_op.drop_index(batch_op.f('ix_mandate_documents_erase_on'))

    op.drop_table('mandate_documents')
    with op.batch_alter_table('mandates', schema=None) as batch_op:
        batch_op.drop_index('ix_mandates_organisation')
        batch_op.drop_index(batch_op.f('ix_mandates_job_id'))
        batch_op.drop_index('ix_mandates_ends')
        batch_op.drop_index(batch_op.f('ix_mandates_consultant_id'))
        batch_op.drop_index('ix_mandates_client_uscc')
        batch_op.drop_index('ix_mandates_client')

    op.drop_table('mandates')
