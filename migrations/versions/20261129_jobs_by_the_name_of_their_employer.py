"""jobs are found by the name of their employer

Revision: jobs_by_employer_name, after certificates_that_end
"""

from alembic import op

revision = 'jobs_by_employer_name'
down_revision = 'certificates_that_end'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index('ix_jobs_employer_name', 'jobs', ['employer_name'])


def downgrade():
    op.drop_index('ix_jobs_employer_name', 'jobs')
