"""what channels told the bot, until it is dealt with"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

CHANNEL = sa.Enum('telegram', 'web', 'email', 'sms', 'wechat', name='channel', native_enum=False, length=40)


def upgrade() -> None:
    op.create_table(
        'chat_lane',
        sa.Column('channel', CHANNEL, nullable=False),
        sa.Column('chat', sa.String(length=100), nullable=False),
        sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('channel', 'chat', name=op.f('pk_chat_lane')),
    )
    op.create_index(
        'ix_chat_lane_channel_next_at',
        'chat_lane',
        ['channel', 'next_at'],
        postgresql_where=sa.text('next_at IS NOT NULL'),
    )
    op.create_index('ix_chat_lane_used_at', 'chat_lane', ['used_at'])
    op.create_table(
        'chat_update',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('channel', CHANNEL, nullable=False),
        sa.Column('update_id', sa.BigInteger(), nullable=False),
        sa.Column('chat', sa.String(length=100), nullable=False),
        sa.Column('payload', sa.Text(), nullable=True),
        sa.Column(
            'status',
            sa.Enum('waiting', 'done', 'set_aside', name='chatupdatestatus', native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column('attempts', sa.SmallInteger(), nullable=False),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_error', sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_chat_update')),
        sa.UniqueConstraint('channel', 'update_id', name=op.f('uq_chat_update_channel_update_id')),
    )
    op.create_index(
        'ix_chat_update_waiting',
        'chat_update',
        ['channel', 'chat', 'update_id'],
        postgresql_where=sa.text("status = 'waiting'"),
    )


def downgrade() -> None:
    op.drop_table('chat_update')
    op.drop_table('chat_lane')
