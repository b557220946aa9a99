"""messages: channels chosen, quiet hours kept and rates shared by all processes; addresses; job runs"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('notice', sa.Column('priority', sa.SmallInteger(), server_default=sa.text('1'), nullable=False))
    op.add_column('notice', sa.Column('quiet_from', sa.SmallInteger(), nullable=True))
    op.add_column('notice', sa.Column('quiet_until', sa.SmallInteger(), nullable=True))
    op.add_column('notice', sa.Column('address', sa.String(length=100), nullable=True))
    op.add_column('notice', sa.Column('next_at', sa.DateTime(timezone=True), nullable=True))
    # What is owed already keeps the product's quiet hours; its channel is chosen when it is due, even one in hand.
    op.execute("UPDATE notice SET quiet_from = 21, quiet_until = 8, channel = NULL WHERE status = 'pending'")
    op.drop_index('ix_notice_due', table_name='notice', postgresql_where=sa.text("status = 'pending'"))
    op.drop_index('ix_notice_person_id_due_at', table_name='notice')
    op.create_index(
        'ix_notice_unrouted', 'notice', ['priority', 'due_at'],
        postgresql_where=sa.text("status = 'pending' AND next_at IS NULL"),
    )
    op.create_index(
        'ix_notice_claim', 'notice', ['channel', 'priority', 'next_at'],
        postgresql_where=sa.text("status = 'pending' AND next_at IS NOT NULL"),
    )
    op.create_index(
        'ix_notice_expires_at', 'notice', ['expires_at'],
        postgresql_where=sa.text("status = 'pending' AND next_at IS NOT NULL"),
    )
    op.create_index(
        'ix_notice_person_id', 'notice', ['person_id', 'priority', 'due_at', 'id'],
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        'ix_notice_person_id_finished_at', 'notice', ['person_id', 'finished_at'],
        postgresql_where=sa.text('finished_at IS NOT NULL'),
    )
    op.create_index(
        'ix_notice_failed', 'notice', ['finished_at', 'id'], postgresql_where=sa.text("status = 'failed'"),
    )
    op.add_column(
        'person',
        sa.Column(
            'opted_out', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
    )
    op.create_table(
        'channel_allowance',
        sa.Column('channel', sa.String(length=40), nullable=False),
        sa.Column('tokens', sa.Float(), nullable=False),
        sa.Column('refilled_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('channel', name=op.f('pk_channel_allowance')),
    )
    op.create_table(
        'job_run',
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('succeeded_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('failed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_error', sa.String(length=500), nullable=True),
        sa.Column('last_seconds', sa.Float(), nullable=False),
        sa.Column('runs', sa.BigInteger(), nullable=False),
        sa.Column('failures', sa.BigInteger(), nullable=False),
        sa.Column('changed', sa.BigInteger(), nullable=False),
        sa.Column('seconds', sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_job_run')),
    )
    op.create_table(
        'address_claim',
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('channel', sa.String(length=40), nullable=False),
        sa.Column('address', sa.String(length=100), nullable=False),
        sa.Column('code_hash', sa.LargeBinary(), nullable=False),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('asked', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_address_claim_person_id_person')),
        sa.PrimaryKeyConstraint('person_id', 'channel', name=op.f('pk_address_claim')),
    )
    op.create_index('ix_address_claim_expires_at', 'address_claim', ['expires_at'])


def downgrade() -> None:
    op.drop_table('address_claim')
    op.drop_table('job_run')
    op.drop_table('channel_allowance')
    op.drop_column('person', 'opted_out')
    for name in ('failed', 'person_id_finished_at', 'person_id', 'expires_at', 'claim', 'unrouted'):
        op.drop_index(f'ix_notice_{name}', table_name='notice')
    op.create_index('ix_notice_person_id_due_at', 'notice', ['person_id', 'due_at'])
    op.create_index(
        'ix_notice_due', 'notice', ['due_at', 'id'], postgresql_where=sa.text("status = 'pending'")
    )
    for name in ('next_at', 'address', 'quiet_until', 'quiet_from', 'priority'):
        op.drop_column('notice', name)
