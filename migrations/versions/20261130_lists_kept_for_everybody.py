"""lists worked out for everybody, and what they rest on

Revision: kept_matches, after shown_lists
"""

import sqlalchemy as sa
from alembic import op

revision = 'kept_matches'
down_revision = 'shown_lists'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'match_head',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('run', KEY, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_match_head')),
    )
    op.create_table(
        'matched_jobs',
        sa.Column('job_id', KEY, nullable=False),
        sa.Column('basis', sa.String(length=32), nullable=False),
        sa.Column('run', KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ['job_id'], ['jobs.id'], name=op.f('fk_matched_jobs_job_id_jobs'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('job_id', name=op.f('pk_matched_jobs')),
    )
    op.create_table(
        'matched_people',
        sa.Column('talent_id', KEY, nullable=False),
        sa.Column('basis', sa.String(length=32), nullable=False),
        sa.Column('run', KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ['talent_id'],
            ['talents.id'],
            name=op.f('fk_matched_people_talent_id_talents'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('talent_id', name=op.f('pk_matched_people')),
    )
    op.create_index(op.f('ix_matched_people_run'), 'matched_people', ['run'])
    op.create_table(
        'kept_matches',
        sa.Column('job_id', KEY, nullable=False),
        sa.Column('talent_id', KEY, nullable=False),
        sa.Column('rank', sa.Integer(), nullable=False),
        sa.Column('points', sa.Integer(), nullable=False),
        sa.Column('exact', sa.Float(), nullable=False),
        sa.Column('unknown', sa.Boolean(), nullable=False),
        sa.Column('model', sa.String(length=80), nullable=False),
        sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['job_id'], ['jobs.id'], name=op.f('fk_kept_matches_job_id_jobs'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['talent_id'],
            ['talents.id'],
            name=op.f('fk_kept_matches_talent_id_talents'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('job_id', 'talent_id', name=op.f('pk_kept_matches')),
    )
    op.create_index('ix_kept_matches_talent', 'kept_matches', ['talent_id', 'made_at'])


def downgrade():
    op.drop_table('kept_matches')
    op.drop_table('matched_people')
    op.drop_table('matched_jobs')
    op.drop_table('match_head')
