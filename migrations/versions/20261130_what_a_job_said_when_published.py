"""what a job said when it was published, while a change waits for review

Revision: jobs_as_published, after jobs_by_employer_name
"""

import sqlalchemy as sa
from alembic import op

revision = 'jobs_as_published'
down_revision = 'jobs_by_employer_name'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('jobs', sa.Column('approved', sa.JSON(), nullable=True))


def downgrade():
    op.drop_column('jobs', 'approved')
