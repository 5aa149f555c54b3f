"""the book of people a firm keeps, its invitations, refusals and imports

Revision: firm_people, after applied_to_postings
"""

import sqlalchemy as sa
from alembic import op

revision = 'firm_people'
down_revision = 'applied_to_postings'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('firm_imports',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sender_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('source', sa.String(length=160), nullable=False),
    sa.Column('basis', sa.Enum('consent', 'contract', 'duty', 'public', name='importbasis', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('obtained_on', sa.Date(), nullable=True),
    sa.Column('preview', sa.JSON(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_firm_imports_file_id_files')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_firm_imports_organisation_id_organisations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sender_id'], ['accounts.id'], name=op.f('fk_firm_imports_sender_id_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_firm_imports')),
    sa.UniqueConstraint('public_id', name=op.f('uq_firm_imports_public_id'))
    )
    with op.batch_alter_table('firm_imports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_firm_imports_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('firm_people',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('name_digest', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('phone_digest', sa.String(length=64), nullable=True),
    sa.Column('mail', sa.Text(), nullable=True),
    sa.Column('mail_digest', sa.String(length=64), nullable=True),
    sa.Column('headline', sa.String(length=120), nullable=False),
    sa.Column('home_region', sa.String(length=12), nullable=True),
    sa.Column('profile', sa.JSON(), nullable=False),
    sa.Column('other_skills', sa.JSON(), nullable=False),
    sa.Column('resume', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('source', sa.String(length=160), nullable=False),
    sa.Column('basis', sa.Enum('consent', 'contract', 'duty', 'public', name='legalbasis', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('obtained_on', sa.Date(), nullable=True),
    sa.Column('contacted_on', sa.Date(), nullable=True),
    sa.Column('consultant_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('delete_on', sa.Date(), nullable=False),
    sa.Column('warned_for', sa.Date(), nullable=True),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_firm_people_account_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['consultant_id'], ['accounts.id'], name=op.f('fk_firm_people_consultant_id_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_firm_people_organisation_id_organisations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_firm_people')),
    sa.UniqueConstraint('public_id', name=op.f('uq_firm_people_public_id'))
    )
    with op.batch_alter_table('firm_people', schema=None) as batch_op:
        batch_op.create_index('ix_firm_people_account', ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_firm_people_consultant_id'), ['consultant_id'], unique=False)
        batch_op.create_index('ix_firm_people_delete', ['delete_on', 'id'], unique=False)
        batch_op.create_index('ix_firm_people_mail', ['organisation_id', 'mail_digest'], unique=False)
        batch_op.create_index('ix_firm_people_name', ['organisation_id', 'name_digest'], unique=False)
        batch_op.create_index('ix_firm_people_phone', ['organisation_id', 'phone_digest'], unique=False)
        batch_op.create_index('uq_firm_people_linked', ['organisation_id', 'account_id'], unique=True, sqlite_where=sa.text('account_id IS NOT NULL'), postgresql_where=sa.text('account_id IS NOT NULL'))

    op.create_table('firm_refusals',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_firm_refusals_organisation_id_organisations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_firm_refusals')),
    sa.UniqueConstraint('organisation_id', 'digest', name=op.f('uq_firm_refusals_organisation_id_digest'))
    )
    op.create_table('firm_import_keys',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('content', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_firm_import_keys_organisation_id_organisations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['firm_people.id'], name=op.f('fk_firm_import_keys_person_id_firm_people'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_firm_import_keys')),
    sa.UniqueConstraint('organisation_id', 'key', name=op.f('uq_firm_import_keys_organisation_id_key'))
    )
    with op.batch_alter_table('firm_import_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_firm_import_keys_person_id'), ['person_id'], unique=False)

    op.create_table('firm_invitations',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('receiver_digest', sa.String(length=64), nullable=False),
    sa.Column('sender_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_firm_invitations_organisation_id_organisations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['firm_people.id'], name=op.f('fk_firm_invitations_person_id_firm_people'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['sender_id'], ['accounts.id'], name=op.f('fk_firm_invitations_sender_id_accounts'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_firm_invitations')),
    sa.UniqueConstraint('public_id', name=op.f('uq_firm_invitations_public_id')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_firm_invitations_token_digest'))
    )
    with op.batch_alter_table('firm_invitations', schema=None) as batch_op:
        batch_op.create_index('ix_firm_invitations_firm', ['organisation_id', 'receiver_digest', 'created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_firm_invitations_person_id'), ['person_id'], unique=False)



def downgrade():
    with op.batch_alter_table('firm_invitations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_firm_invitations_person_id'))
        batch_op.drop_index('ix_firm_invitations_firm')

    op.drop_table('firm_invitations')
    with op.batch_alter_table('firm_import_keys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_firm_import_keys_person_id'))

    op.drop_table('firm_import_keys')
    op.drop_table('firm_refusals')
    with op.batch_alter_table('firm_people', schema=None) as batch_op:
        batch_op.drop_index('uq_firm_people_linked', sqlite_where=sa.text('account_id IS NOT NULL'), postgresql_where=sa.text('account_id IS NOT NULL'))
        batch_op.drop_index('ix_firm_people_phone')
        batch_op.drop_index('ix_firm_people_name')
        batch_op.drop_index('ix_firm_people_mail')
        batch_op.drop_index('ix_firm_people_delete')
        batch_op.drop_index(batch_op.f('ix_firm_people_consultant_id'))
        batch_op.drop_index('ix_firm_people_account')

    op.drop_table('firm_people')
    with op.batch_alter_table('firm_imports', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_firm_imports_organisation_id'))

    op.drop_table('firm_imports')
