"""the occupation that a reference posting may belong to, apart from what its title says

Revision: guessed_occupations, after told_what_suits
"""

import sqlalchemy as sa
from alembic import op

revision = 'guessed_occupations'
down_revision = 'told_what_suits'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('jobs', sa.Column('occupation_guess', sa.String(16), nullable=True))
    op.add_column('jobs', sa.Column('occupation_chance', sa.Integer(), nullable=True))


def downgrade():
    op.drop_column('jobs', 'occupation_chance')
    op.drop_column('jobs', 'occupation_guess')
