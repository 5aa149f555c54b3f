"""applying to a firm's posting makes a consented referral

Revision: applied_to_postings, after match_reviews
"""

import sqlalchemy as sa
from alembic import op

revision = 'applied_to_postings'
down_revision = 'match_reviews'
branch_labels = None
depends_on = None

REASONS = ('requirement', 'place', 'pay', 'start', 'filled', 'stronger', 'not_reachable', 'other')


def upgrade():
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('referral_snapshots',
    sa.Column('referral_id', key, nullable=False),
    sa.Column('profile', sa.JSON(), nullable=False),
    sa.Column('person', sa.Text(), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', key, nullable=False),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_referral_snapshots_referral_id_referrals'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_snapshots')),
    sa.UniqueConstraint('referral_id', name=op.f('uq_referral_snapshots_referral_id'))
    )
    reason = sa.Enum(*REASONS, name='refusal', native_enum=False, create_constraint=True, length=32)
    with op.batch_alter_table('referrals', schema=None) as batch_op:
        batch_op.add_column(sa.Column('posting_id', key, nullable=True))
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('reply_due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('refusal', reason, nullable=True))
        batch_op.add_column(sa.Column('refusal_requirement', sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column('refusal_text', sa.Text(), nullable=False, server_default=''))
        batch_op.create_foreign_key(op.f('fk_referrals_posting_id_jobs'), 'jobs', ['posting_id'], ['id'])
        batch_op.create_index(op.f('ix_referrals_posting_id'), ['posting_id'], unique=False)
        batch_op.create_index('ix_referrals_reply', ['state', 'reply_due_at'], unique=False)
    with op.batch_alter_table('referrals', schema=None) as batch_op:
        batch_op.alter_column('note', server_default=None)
        batch_op.alter_column('refusal_text', server_default=None)


def downgrade():
    with op.batch_alter_table('referrals', schema=None) as batch_op:
        batch_op.drop_index('ix_referrals_reply')
        batch_op.drop_index(op.f('ix_referrals_posting_id'))
        batch_op.drop_constraint(op.f('fk_referrals_posting_id_jobs'), type_='foreignkey')
        batch_op.drop_constraint(op.f('ck_referrals_refusal'), type_='check')
        for name in ('refusal_text', 'refusal_requirement', 'refusal', 'reply_due_at', 'note', 'posting_id'):
            batch_op.drop_column(name)
    op.drop_table('referral_snapshots')
