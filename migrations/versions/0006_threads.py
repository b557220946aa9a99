"""threads: conversations with the people who answer for a place; messages to those booked"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('point_message',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('district_code', sa.String(length=12), nullable=False),
        sa.Column('point_id', sa.Uuid(), nullable=False),
        sa.Column('author_id', sa.Uuid(), nullable=False),
        sa.Column('slot_id', sa.Uuid(), nullable=True),
        sa.Column('service_id', sa.Uuid(), nullable=True),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('text', sa.String(length=500), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.Column('reachable', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_point_message_author_id_person')),
        sa.ForeignKeyConstraint(['point_id'], ['point.id'], name=op.f('fk_point_message_point_id_point')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_point_message')),
    )
    op.create_index('ix_point_message_point_id_created_at', 'point_message', ['point_id', 'created_at'], unique=False)
    op.create_table('thread',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('district_code', sa.String(length=12), nullable=False),
        sa.Column('resident_id', sa.Uuid(), nullable=False),
        sa.Column('subject', sa.String(length=40), nullable=False),
        sa.Column('subject_id', sa.Uuid(), nullable=True),
        sa.Column('point_id', sa.Uuid(), nullable=True),
        sa.Column('desk', sa.String(length=40), nullable=False),
        sa.Column('desk_key', sa.String(length=40), nullable=False),
        sa.Column('division_code', sa.String(length=12), nullable=False),
        sa.Column('owner_id', sa.Uuid(), nullable=True),
        sa.Column('state', sa.String(length=40), nullable=False),
        sa.Column('urgent', sa.Boolean(), nullable=False),
        sa.Column('last_number', sa.Integer(), nullable=False),
        sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('resident_wrote_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('staff_wrote_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('seen_by_resident', sa.Integer(), nullable=False),
        sa.Column('seen_by_staff', sa.Integer(), nullable=False),
        sa.Column('answerable_from', sa.DateTime(timezone=True), nullable=False),
        sa.Column('first_answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('waited_s', sa.Integer(), nullable=True),
        sa.Column('alert_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('alerts', sa.Integer(), nullable=False),
        sa.Column('raised_to', sa.String(length=12), nullable=True),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_thread_closed_says_when')),
        sa.CheckConstraint('0 <= waited_s', name=op.f('ck_thread_waited_since_opened')),
        sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_thread_division_code_division')),
        sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_thread_owner_id_person')),
        sa.ForeignKeyConstraint(['point_id'], ['point.id'], name=op.f('fk_thread_point_id_point')),
        sa.ForeignKeyConstraint(['resident_id'], ['person.id'], name=op.f('fk_thread_resident_id_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_thread')),
    )
    op.create_index('ix_thread_alert_at', 'thread', ['alert_at'], unique=False, postgresql_where=sa.text('alert_at IS NOT NULL'))
    op.create_index('ix_thread_desk_key_answerable_from', 'thread', ['desk_key', 'answerable_from'], unique=False)
    op.create_index('ix_thread_desk_key_last_at', 'thread', ['desk_key', 'last_at', 'id'], unique=False)
    op.create_index('ix_thread_district_code_answerable_from', 'thread', ['district_code', 'answerable_from'], unique=False)
    op.create_index('ix_thread_owner_id_last_at', 'thread', ['owner_id', 'last_at', 'id'], unique=False)
    op.create_index('ix_thread_raised_to_last_at', 'thread', ['raised_to', 'last_at', 'id'], unique=False, postgresql_where=sa.text('raised_to IS NOT NULL'))
    op.create_index('ix_thread_resident_id_last_at', 'thread', ['resident_id', 'last_at', 'id'], unique=False)
    op.create_index('ix_thread_silent', 'thread', ['district_code', 'last_at'], unique=False, postgresql_where=sa.text("state = 'waiting_for_resident'"))
    op.create_index('uq_thread_open', 'thread', ['resident_id', 'desk', 'desk_key'], unique=True, postgresql_where=sa.text("state <> 'closed'"))
    op.create_table('point_message_recipient',
        sa.Column('message_id', sa.Uuid(), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('notice_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(['message_id'], ['point_message.id'], name=op.f('fk_point_message_recipient_message_id_point_message')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_point_message_recipient_person_id_person')),
        sa.PrimaryKeyConstraint('message_id', 'person_id', name=op.f('pk_point_message_recipient')),
    )
    op.create_index(op.f('ix_point_message_recipient_person_id'), 'point_message_recipient', ['person_id'], unique=False)
    op.create_table('thread_message',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('district_code', sa.String(length=12), nullable=False),
        sa.Column('thread_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('event', sa.String(length=40), nullable=False),
        sa.Column('side', sa.String(length=40), nullable=False),
        sa.Column('author_id', sa.Uuid(), nullable=True),
        sa.Column('text', sa.String(length=2000), nullable=False),
        sa.Column('attachments', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('notice_ids', sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_thread_message_author_id_person')),
        sa.ForeignKeyConstraint(['thread_id'], ['thread.id'], name=op.f('fk_thread_message_thread_id_thread')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_message')),
        sa.UniqueConstraint('thread_id', 'number', name=op.f('uq_thread_message_thread_id_number')),
    )
    op.create_index('ix_thread_message_author_id_created_at', 'thread_message', ['author_id', 'created_at'], unique=False)
    op.create_index('ix_thread_message_undelivered', 'thread_message', ['created_at'], unique=False, postgresql_where=sa.text("delivered_at IS NULL AND event = 'said'"))


def downgrade() -> None:
    op.drop_index('ix_thread_message_undelivered', table_name='thread_message', postgresql_where=sa.text("delivered_at IS NULL AND event = 'said'"))
    op.drop_index('ix_thread_message_author_id_created_at', table_name='thread_message')
    op.drop_table('thread_message')
    op.drop_index(op.f('ix_point_message_recipient_person_id'), table_name='point_message_recipient')
    op.drop_table('point_message_recipient')
    op.drop_index('uq_thread_open', table_name='thread', postgresql_where=sa.text("state <> 'closed'"))
    op.drop_index('ix_thread_silent', table_name='thread', postgresql_where=sa.text("state = 'waiting_for_resident'"))
    op.drop_index('ix_thread_resident_id_last_at', table_name='thread')
    op.drop_index('ix_thread_raised_to_last_at', table_name='thread', postgresql_where=sa.text('raised_to IS NOT NULL'))
    op.drop_index('ix_thread_owner_id_last_at', table_name='thread')
    op.drop_index('ix_thread_district_code_answerable_from', table_name='thread')
    op.drop_index('ix_thread_desk_key_last_at', table_name='thread')
    op.drop_index('ix_thread_desk_key_answerable_from', table_name='thread')
    op.drop_index('ix_thread_alert_at', table_name='thread', postgresql_where=sa.text('alert_at IS NOT NULL'))
    op.drop_table('thread')
    op.drop_index('ix_point_message_point_id_created_at', table_name='point_message')
    op.drop_table('point_message')
