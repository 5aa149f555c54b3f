"""the firms' books and the papers that were handed out; events refuse changes by themselves

Revision: books, after mandates
"""

import sqlalchemy as sa
from alembic import op

from talentmarket.core.appending import lifted, statements

revision = 'books'
down_revision = 'mandates'
branch_labels = None
depends_on = None

ONCE = ('events', 'papers', 'ledger_accounts', 'ledger_entries', 'ledger_postings')


def upgrade():
    op.create_table(
        'papers',
        sa.Column('public_id', sa.String(length=32), nullable=False),
        sa.Column('kind', sa.Enum('letter', 'receipt', 'statement', name='paperkind', native_enum=False, create_constraint=True, length=32), nullable=False),
        sa.Column('subject_type', sa.String(length=32), nullable=False),
        sa.Column('subject_id', sa.String(length=32), nullable=False),
        sa.Column('organisation', sa.String(length=32), nullable=False),
        sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('issued_by', sa.String(length=32), nullable=True),
        sa.Column('facts', sa.JSON(), nullable=False),
        sa.Column('content', sa.String(length=64), nullable=False),
        sa.Column('code', sa.String(length=20), nullable=False),
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_papers')),
        sa.UniqueConstraint('code', name=op.f('uq_papers_code')),
        sa.UniqueConstraint('content', name=op.f('uq_papers_content')),
        sa.UniqueConstraint('public_id', name=op.f('uq_papers_public_id')),
    )
    with op.batch_alter_table('papers', schema=None) as batch_op:
        batch_op.create_index('ix_papers_subject', ['subject_type', 'subject_id'], unique=False)
    op.create_table(
        'ledger_accounts',
        sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('kind', sa.Enum('employer', 'held', 'owner', 'partner', 'income', 'tax', 'paid', name='accountkind', native_enum=False, create_constraint=True, length=32), nullable=False),
        sa.Column('with_whom', sa.String(length=32), nullable=False),
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'], name=op.f('fk_ledger_accounts_organisation_id_organisations')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_accounts')),
        sa.UniqueConstraint('organisation_id', 'kind', 'with_whom', name=op.f('uq_ledger_accounts_organisation_id_kind_with_whom')),
    )
    op.create_table(
        'ledger_entries',
        sa.Column('public_id', sa.String(length=32), nullable=False),
        sa.Column('key', sa.String(length=80), nullable=False),
        sa.Column('kind', sa.Enum('fee', 'hold', 'release', 'waive', 'refund', 'payment', 'reversal', name='entrykind', native_enum=False, create_constraint=True, length=32), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('subject_type', sa.String(length=32), nullable=False),
        sa.Column('subject_id', sa.String(length=32), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('actor', sa.String(length=32), nullable=True),
        sa.Column('reason', sa.String(length=40), nullable=True),
        sa.Column('reversal_of', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.ForeignKeyConstraint(['reversal_of'], ['ledger_entries.id'], name=op.f('fk_ledger_entries_reversal_of_ledger_entries')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entries')),
        sa.UniqueConstraint('key', name=op.f('uq_ledger_entries_key')),
        sa.UniqueConstraint('public_id', name=op.f('uq_ledger_entries_public_id')),
        sa.UniqueConstraint('reversal_of', name=op.f('uq_ledger_entries_reversal_of')),
    )
    with op.batch_alter_table('ledger_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_entries_day'), ['day'], unique=False)
        batch_op.create_index('ix_ledger_entries_subject', ['subject_type', 'subject_id'], unique=False)
    op.create_table(
        'ledger_postings',
        sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('amount', sa.BigInteger(), nullable=False),
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.CheckConstraint('amount <> 0', name=op.f('ck_ledger_postings_amount_not_zero')),
        sa.ForeignKeyConstraint(['account_id'], ['ledger_accounts.id'], name=op.f('fk_ledger_postings_account_id_ledger_accounts')),
        sa.ForeignKeyConstraint(['entry_id'], ['ledger_entries.id'], name=op.f('fk_ledger_postings_entry_id_ledger_entries')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_postings')),
        sa.UniqueConstraint('entry_id', 'account_id', name=op.f('uq_ledger_postings_entry_id_account_id')),
    )
    with op.batch_alter_table('ledger_postings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ledger_postings_account_id'), ['account_id'], unique=False)
    connection = op.get_bind()
    for table in ONCE:
        for statement in statements(table, connection.dialect.name):
            connection.exec_driver_sql(statement.replace('%', '%%'))


def downgrade():
    connection = op.get_bind()
    for table in ONCE:
        for statement in lifted(table, connection.dialect.name):
            connection.exec_driver_sql(statement)
    for table in reversed(ONCE[1:]):
        op.drop_table(table)
    if connection.dialect.name == 'postgresql':
        connection.exec_driver_sql('DROP FUNCTION IF EXISTS refuse_change()')
