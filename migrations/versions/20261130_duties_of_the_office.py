"""what the office writes down and keeps by law: assessments, incidents, self-checks

Revision: duties, after staff_of_a_firm
"""

import sqlalchemy as sa
from alembic import op

from talentmarket.core.appending import lifted, statements

revision = 'duties'
down_revision = 'staff_of_a_firm'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
ONCE = ('impact_assessments', 'incident_steps', 'self_checks')


def upgrade():
    op.create_table('impact_assessments',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('handling', sa.Enum('automated', 'providing', 'sensitive', 'abroad', 'other', name='handling', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('purposes', sa.Text(), nullable=False),
    sa.Column('effect', sa.Text(), nullable=False),
    sa.Column('measures', sa.Text(), nullable=False),
    sa.Column('conclusion', sa.Enum('acceptable', 'with_measures', 'stop', name='conclusion', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('duty', sa.String(length=60), nullable=False),
    sa.Column('signed_by', KEY, nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_due', sa.Date(), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['signed_by'], ['accounts.id'], name=op.f('fk_impact_assessments_signed_by_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_impact_assessments')),
    sa.UniqueConstraint('handling', 'number', name=op.f('uq_impact_assessments_handling_number')),
    sa.UniqueConstraint('public_id', name=op.f('uq_impact_assessments_public_id'))
    )
    op.create_table('incidents',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('mishap', sa.Enum('leak', 'tampering', 'loss', name='mishap', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('certain', sa.Boolean(), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kinds', sa.JSON(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=True),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('harm', sa.Text(), nullable=False),
    sa.Column('measures', sa.Text(), nullable=False),
    sa.Column('advice', sa.Text(), nullable=False),
    sa.Column('contact', sa.String(length=200), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('authority_due', sa.DateTime(timezone=True), nullable=False),
    sa.Column('authority_told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('persons_due', sa.DateTime(timezone=True), nullable=False),
    sa.Column('persons_told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('spared', sa.Text(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', KEY, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incidents')),
    sa.UniqueConstraint('public_id', name=op.f('uq_incidents_public_id'))
    )
    op.create_index('ix_incidents_open', 'incidents', ['closed_at', 'authority_due'])
    op.create_table('incident_steps',
    sa.Column('incident_id', KEY, nullable=False),
    sa.Column('kind', sa.Enum('recorded', 'changed', 'contained', 'authority', 'persons', 'not_persons', 'note', 'closed', name='stepkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('told', sa.Integer(), nullable=True),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('noted_by', KEY, nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_incident_steps_incident_id_incidents')),
    sa.ForeignKeyConstraint(['noted_by'], ['accounts.id'], name=op.f('fk_incident_steps_noted_by_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incident_steps'))
    )
    op.create_index(op.f('ix_incident_steps_incident_id'), 'incident_steps', ['incident_id'])
    op.create_table('self_checks',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=False),
    sa.Column('results', sa.JSON(), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('duty', sa.String(length=60), nullable=False),
    sa.Column('signed_by', KEY, nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['signed_by'], ['accounts.id'], name=op.f('fk_self_checks_signed_by_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_self_checks')),
    sa.UniqueConstraint('checked_on', name=op.f('uq_self_checks_checked_on')),
    sa.UniqueConstraint('public_id', name=op.f('uq_self_checks_public_id'))
    )
    op.create_table('self_check_findings',
    sa.Column('self_check_id', KEY, nullable=False),
    sa.Column('item', sa.String(length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('fixed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fixed_text', sa.Text(), nullable=False),
    sa.Column('fixed_by', KEY, nullable=True),
    sa.Column('id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['fixed_by'], ['accounts.id'], name=op.f('fk_self_check_findings_fixed_by_accounts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['self_check_id'], ['self_checks.id'], name=op.f('fk_self_check_findings_self_check_id_self_checks')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_self_check_findings')),
    sa.UniqueConstraint('self_check_id', 'item', name=op.f('uq_self_check_findings_self_check_id_item'))
    )
    connection = op.get_bind()
    for table in ONCE:
        for statement in statements(table, connection.dialect.name):
            connection.exec_driver_sql(statement.replace('%', '%%'))


def downgrade():
    connection = op.get_bind()
    for table in ONCE:
        for statement in lifted(table, connection.dialect.name):
            connection.exec_driver_sql(statement)
    for table in ('self_check_findings', 'self_checks', 'incident_steps', 'incidents', 'impact_assessments'):
        op.drop_table(table)
