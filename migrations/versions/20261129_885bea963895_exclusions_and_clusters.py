"""what people never want to see, and postings that are the same

Revision: 885bea963895, after changes_in_order
"""

import sqlalchemy as sa
from alembic import op

revision = '885bea963895'
down_revision = 'changes_in_order'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('job_exclusions',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('exclusion', sa.Enum('outsourced', 'dispatched', 'agency', 'reference', 'only_two_days', 'only_insured', name='exclusion', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name='fk_job_exclusions_account_id_accounts', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name='pk_job_exclusions'),
    sa.UniqueConstraint('account_id', 'exclusion', name='uq_job_exclusions_account_id_exclusion')
    )
    op.create_table('job_clusters',
    sa.Column('job_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('block', sa.String(length=32), nullable=False),
    sa.Column('cluster', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['job_id'], ['jobs.id'], name='fk_job_clusters_job_id_jobs', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name='pk_job_clusters'),
    sa.UniqueConstraint('job_id', name='uq_job_clusters_job_id')
    )
    with op.batch_alter_table('job_clusters') as batch_op:
        batch_op.create_index('ix_job_clusters_block', ['block'], unique=False)



def downgrade():
    with op.batch_alter_table('job_clusters') as batch_op:
        batch_op.drop_index('ix_job_clusters_block')

    op.drop_table('job_clusters')
    op.drop_table('job_exclusions')
