"""a share that one firm says it paid another, and that the other says it has

Revision: shares_between_firms, after firm_measures
"""

import sqlalchemy as sa
from alembic import op

from talentmarket.core.appending import lifted, statements

revision = 'shares_between_firms'
down_revision = 'firm_measures'
branch_labels = None
depends_on = None

ACCOUNTS = ('employer', 'held', 'owner', 'partner', 'income', 'tax', 'paid')
ENTRIES = ('fee', 'hold', 'release', 'waive', 'refund', 'payment', 'reversal')


def _change(table, name, values):
    """SQLite copies the table for this, and the copy has no triggers: they are set again."""
    connection = op.get_bind()
    for statement in lifted(table, connection.dialect.name):
        connection.exec_driver_sql(statement)
    listed = ', '.join(f"'{one}'" for one in values)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f'ck_{table}_{name}'), type_='check')
        batch_op.create_check_constraint(op.f(f'ck_{table}_{name}'), sa.text(f'kind IN ({listed})'))
    for statement in statements(table, connection.dialect.name):
        connection.exec_driver_sql(statement.replace('%', '%%'))


def upgrade():
    _change('ledger_accounts', 'accountkind', (*ACCOUNTS, 'on_way', 'settled'))
    _change('ledger_entries', 'entrykind', (*ENTRIES[:-1], 'share_said', 'share_paid', 'reversal'))


def downgrade():
    _change('ledger_entries', 'entrykind', ENTRIES)
    _change('ledger_accounts', 'accountkind', ACCOUNTS)
