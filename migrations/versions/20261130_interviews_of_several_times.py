"""interviews of several times, ended with a reason, missed by a side

Revision: interview_times, after firm_figures
"""

import sqlalchemy as sa
from alembic import op

revision = 'interview_times'
down_revision = 'firm_figures'
branch_labels = None
depends_on = None

WITH_DEFAULT = ('by_phone', 'options', 'reason', 'missed_text', 'missed_answer')


def _side(name):
    return sa.Enum('talent', 'organisation', name=name, native_enum=False, create_constraint=True, length=32)


def upgrade():
    with op.batch_alter_table('interviews', schema=None) as batch_op:
        batch_op.add_column(sa.Column('by_phone', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('options', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('by_side', _side('by_side'), nullable=True))
        batch_op.add_column(sa.Column('reason', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('missed_by', _side('missed_by'), nullable=True))
        batch_op.add_column(sa.Column('missed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('missed_text', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('missed_answer', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('missed_answered_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_interviews_starts', ['state', 'starts_at'], unique=False)
    with op.batch_alter_table('interviews', schema=None) as batch_op:
        for name in WITH_DEFAULT:
            batch_op.alter_column(name, server_default=None)


def downgrade():
    with op.batch_alter_table('interviews', schema=None) as batch_op:
        batch_op.drop_index('ix_interviews_starts')
        batch_op.drop_constraint(op.f('ck_interviews_missed_by'), type_='check')
        batch_op.drop_constraint(op.f('ck_interviews_by_side'), type_='check')
        for name in ('missed_answered_at', 'missed_answer', 'missed_text', 'missed_at', 'missed_by',
                     'reason', 'by_side', 'options', 'by_phone'):
            batch_op.drop_column(name)
