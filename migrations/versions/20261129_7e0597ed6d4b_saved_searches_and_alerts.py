"""saved searches and alerts

Revision: 7e0597ed6d4b, after 885bea963895
"""

import sqlalchemy as sa
from alembic import op

revision = '7e0597ed6d4b'
down_revision = '885bea963895'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('alert_heads',
    sa.Column('kind', sa.Enum('job', 'talent', name='searchedkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('done', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('target', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at_key', sa.String(length=64), nullable=False),
    sa.Column('at_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_alert_heads'))
    )
    op.create_table('saved_searches',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.Enum('job', 'talent', name='searchedkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('query', sa.JSON(), nullable=False),
    sa.Column('query_key', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=32), nullable=True),
    sa.Column('frequency', sa.Enum('at_once', 'daily', 'weekly', 'off', name='frequency', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('feed_version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.CheckConstraint("(kind = 'talent') = (organisation_id IS NOT NULL)", name=op.f('ck_saved_searches_organisation')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_saved_searches_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_saved_searches_organisation_id_organisations'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_searches')),
    sa.UniqueConstraint('public_id', name=op.f('uq_saved_searches_public_id'))
    )
    with op.batch_alter_table('saved_searches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_searches_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index('ix_saved_searches_run', ['kind', 'query_key', 'id'], unique=False)
        batch_op.create_index('uq_saved_searches_query', ['account_id', 'query_key'], unique=True)

    op.create_table('talent_alerts',
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('talent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('urgency', sa.Integer(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('search_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_talent_alerts_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_talent_alerts_organisation_id_organisations'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['search_id'], ['saved_searches.id'], name=op.f('fk_talent_alerts_search_id_saved_searches'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['talent_id'], ['talents.id'], name=op.f('fk_talent_alerts_talent_id_talents'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_talent_alerts'))
    )
    with op.batch_alter_table('talent_alerts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_talent_alerts_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_talent_alerts_search_id'), ['search_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_talent_alerts_talent_id'), ['talent_id'], unique=False)
        batch_op.create_index('ix_talent_alerts_waiting', ['told_at', 'urgency', 'account_id'], unique=False)
        batch_op.create_index('uq_talent_alerts_person', ['account_id', 'organisation_id', 'talent_id'], unique=True)

    op.create_table('job_alerts',
    sa.Column('job_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('urgency', sa.Integer(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('search_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_job_alerts_account_id_accounts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name=op.f('fk_job_alerts_job_id_jobs'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['search_id'], ['saved_searches.id'], name=op.f('fk_job_alerts_search_id_saved_searches'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_alerts'))
    )
    with op.batch_alter_table('job_alerts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_alerts_job_id'), ['job_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_job_alerts_search_id'), ['search_id'], unique=False)
        batch_op.create_index('ix_job_alerts_waiting', ['told_at', 'urgency', 'account_id'], unique=False)
        batch_op.create_index('uq_job_alerts_person', ['account_id', 'job_id'], unique=True)

    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.add_column(sa.Column('urgent', sa.Boolean(), server_default=sa.false(), nullable=False))



def downgrade():
    with op.batch_alter_table('notices', schema=None) as batch_op:
        batch_op.drop_column('urgent')

    with op.batch_alter_table('job_alerts', schema=None) as batch_op:
        batch_op.drop_index('uq_job_alerts_person')
        batch_op.drop_index('ix_job_alerts_waiting')
        batch_op.drop_index(batch_op.f('ix_job_alerts_search_id'))
        batch_op.drop_index(batch_op.f('ix_job_alerts_job_id'))

    op.drop_table('job_alerts')
    with op.batch_alter_table('talent_alerts', schema=None) as batch_op:
        batch_op.drop_index('uq_talent_alerts_person')
        batch_op.drop_index('ix_talent_alerts_waiting')
        batch_op.drop_index(batch_op.f('ix_talent_alerts_talent_id'))
        batch_op.drop_index(batch_op.f('ix_talent_alerts_search_id'))
        batch_op.drop_index(batch_op.f('ix_talent_alerts_organisation_id'))

    op.drop_table('talent_alerts')
    with op.batch_alter_table('saved_searches', schema=None) as batch_op:
        batch_op.drop_index('uq_saved_searches_query')
        batch_op.drop_index('ix_saved_searches_run')
        batch_op.drop_index(batch_op.f('ix_saved_searches_organisation_id'))

    op.drop_table('saved_searches')
    op.drop_table('alert_heads')
