"""files come with messages, and a message can be reported

Revision: message_files, after replacements
"""

import sqlalchemy as sa
from alembic import op

revision = 'message_files'
down_revision = 'replacements'
branch_labels = None
depends_on = None


def upgrade():
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('public_id', sa.String(length=32), nullable=True))
    if op.get_bind().dialect.name == 'sqlite':
        op.execute("UPDATE messages SET public_id = lower(hex(randomblob(8)))")
    else:
        op.execute("UPDATE messages SET public_id = substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)")
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.alter_column('public_id', existing_type=sa.String(length=32), nullable=False)
        batch_op.create_unique_constraint(op.f('uq_messages_public_id'), ['public_id'])
    op.create_table('message_files',
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('message_id', key, nullable=False),
    sa.Column('file_id', key, nullable=False),
    sa.Column('id', key, nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['files.id'], name=op.f('fk_message_files_file_id_files')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_message_files_message_id_messages'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message_files')),
    sa.UniqueConstraint('file_id', name=op.f('uq_message_files_file_id')),
    sa.UniqueConstraint('public_id', name=op.f('uq_message_files_public_id'))
    )
    with op.batch_alter_table('message_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_files_message_id'), ['message_id'], unique=False)


def downgrade():
    with op.batch_alter_table('message_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_files_message_id'))
    op.drop_table('message_files')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('uq_messages_public_id'), type_='unique')
        batch_op.drop_column('public_id')
