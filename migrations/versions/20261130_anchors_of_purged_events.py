"""what stays of events that are purged after their legal time

Revision: event_anchors, after interview_times
"""

import sqlalchemy as sa
from alembic import op

from talentmarket.core.appending import lifted, statements

revision = 'event_anchors'
down_revision = 'interview_times'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade():
    op.create_table(
        'event_anchors',
        sa.Column('position', KEY, autoincrement=False, nullable=False),
        sa.Column('event_id', KEY, nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('position', name=op.f('pk_event_anchors')),
    )
    op.create_index(op.f('ix_event_anchors_digest'), 'event_anchors', ['digest'])
    connection = op.get_bind()
    for statement in statements('event_anchors', connection.dialect.name):
        connection.exec_driver_sql(statement.replace('%', '%%'))


def downgrade():
    connection = op.get_bind()
    for statement in lifted('event_anchors', connection.dialect.name):
        connection.exec_driver_sql(statement)
    op.drop_table('event_anchors')
