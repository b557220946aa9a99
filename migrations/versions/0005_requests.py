"""requests: grid cells, residents' requests with their history, micro-wishes, attachments"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('grid_cell',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('community_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=False),
    sa.Column('longitude', sa.Float(), nullable=False),
    sa.Column('outline', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('south', sa.Float(), nullable=True),
    sa.Column('north', sa.Float(), nullable=True),
    sa.Column('west', sa.Float(), nullable=True),
    sa.Column('east', sa.Float(), nullable=True),
    sa.Column('worker_id', sa.Uuid(), nullable=False),
    sa.Column('deputy_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(outline IS NULL) = (south IS NULL) AND (outline IS NULL) = (north IS NULL) AND (outline IS NULL) = (west IS NULL) AND (outline IS NULL) = (east IS NULL)', name=op.f('ck_grid_cell_outline_has_bounds')),
    sa.CheckConstraint('deputy_id <> worker_id', name=op.f('ck_grid_cell_two_people')),
    sa.ForeignKeyConstraint(['community_code'], ['division.code'], name=op.f('fk_grid_cell_community_code_division')),
    sa.ForeignKeyConstraint(['deputy_id'], ['person.id'], name=op.f('fk_grid_cell_deputy_id_person')),
    sa.ForeignKeyConstraint(['worker_id'], ['person.id'], name=op.f('fk_grid_cell_worker_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grid_cell')),
    sa.UniqueConstraint('community_code', 'number', name=op.f('uq_grid_cell_community_code_number'))
    )
    op.create_index('ix_grid_cell_bounds', 'grid_cell', ['south', 'north'], unique=False, postgresql_where=sa.text('outline IS NOT NULL'))
    op.create_index(op.f('ix_grid_cell_deputy_id'), 'grid_cell', ['deputy_id'], unique=False)
    op.create_index('ix_grid_cell_latitude_longitude', 'grid_cell', ['latitude', 'longitude'], unique=False)
    op.create_index(op.f('ix_grid_cell_worker_id'), 'grid_cell', ['worker_id'], unique=False)
    op.create_table('worker_absence',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.CheckConstraint('first_day <= last_day', name=op.f('ck_worker_absence_forwards')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_worker_absence_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worker_absence'))
    )
    op.create_index('ix_worker_absence_person_id_last_day', 'worker_absence', ['person_id', 'last_day'], unique=False)
    op.create_table('request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('division_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('cell_id', sa.Uuid(), nullable=True),
    sa.Column('point_id', sa.Uuid(), nullable=True),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
    sa.Column('asker_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.Enum('lighting', 'rubbish', 'noise', 'building', 'road', 'utilities', 'safety', 'greenery', 'elder_help', 'dispute', 'wish', 'other', name='requestkind', native_enum=False, length=40), nullable=False),
    sa.Column('suggested', sa.Enum('lighting', 'rubbish', 'noise', 'building', 'road', 'utilities', 'safety', 'greenery', 'elder_help', 'dispute', 'wish', 'other', name='requestkind', native_enum=False, length=40), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
    sa.Column('place', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('latitude', sa.Float(), nullable=True),
    sa.Column('longitude', sa.Float(), nullable=True),
    sa.Column('state', sa.Enum('received', 'accepted', 'in_progress', 'resolved', 'closed', 'withdrawn', name='requeststate', native_enum=False, length=40), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('rung', sa.Enum('worker', 'community', 'subdistrict', 'district', name='rung', native_enum=False, length=40), nullable=False),
    sa.Column('transfer_to_id', sa.Uuid(), nullable=True),
    sa.Column('acknowledge_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resolve_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('warn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=True),
    sa.Column('stars', sa.SmallInteger(), nullable=True),
    sa.Column('comment', sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=True),
    sa.Column('rated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.Column('climbed', sa.Integer(), nullable=False),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.Column('wish', sa.Enum('unpublished', 'published', 'claimed', 'fulfilled', name='wishstate', native_enum=False, length=40), nullable=True),
    sa.Column('wish_text', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=True),
    sa.Column('demo', sa.Boolean(), nullable=False),
    sa.CheckConstraint("(kind = 'wish') OR wish IS NULL", name=op.f('ck_request_wish_of_a_wish')),
    sa.CheckConstraint("state NOT IN ('resolved', 'closed') OR resolved_at IS NOT NULL", name=op.f('ck_request_resolved_says_when')),
    sa.CheckConstraint("transfer_to_id IS NULL OR state IN ('received', 'accepted', 'in_progress')", name=op.f('ck_request_transfer_while_open')),
    sa.CheckConstraint('(latitude IS NULL) = (longitude IS NULL)', name=op.f('ck_request_whole_place')),
    sa.CheckConstraint('stars IS NULL OR (1 <= stars AND stars <= 5)', name=op.f('ck_request_one_to_five')),
    sa.CheckConstraint('transfer_to_id <> owner_id', name=op.f('ck_request_transfer_to_another')),
    sa.ForeignKeyConstraint(['asker_id'], ['person.id'], name=op.f('fk_request_asker_id_person')),
    sa.ForeignKeyConstraint(['cell_id'], ['grid_cell.id'], name=op.f('fk_request_cell_id_grid_cell')),
    sa.ForeignKeyConstraint(['division_code'], ['division.code'], name=op.f('fk_request_division_code_division')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_request_owner_id_person')),
    sa.ForeignKeyConstraint(['point_id'], ['point.id'], name=op.f('fk_request_point_id_point')),
    sa.ForeignKeyConstraint(['transfer_to_id'], ['person.id'], name=op.f('fk_request_transfer_to_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request')),
    sa.UniqueConstraint('code', name=op.f('uq_request_code'))
    )
    op.create_index('ix_request_asker_id_created_at', 'request', ['asker_id', 'created_at'], unique=False)
    op.create_index('ix_request_cell_id', 'request', ['cell_id'], unique=False)
    op.create_index('ix_request_district_code_due_at', 'request', ['district_code', 'due_at', 'id'], unique=False)
    op.create_index('ix_request_district_code_kind_created_at', 'request', ['district_code', 'kind', 'created_at'], unique=False)
    op.create_index('ix_request_due', 'request', ['due_at'], unique=False, postgresql_where=sa.text("state IN ('received', 'accepted', 'in_progress') OR state = 'resolved'"))
    op.create_index('ix_request_owner_id_due_at', 'request', ['owner_id', 'due_at', 'id'], unique=False)
    op.create_index('ix_request_transfer_to_id', 'request', ['transfer_to_id'], unique=False, postgresql_where=sa.text('transfer_to_id IS NOT NULL'))
    op.create_index('ix_request_warn_at', 'request', ['warn_at'], unique=False, postgresql_where=sa.text('warn_at IS NOT NULL'))
    op.create_index('ix_request_wishes', 'request', ['district_code', 'created_at'], unique=False, postgresql_where=sa.text("wish = 'published'"))
    op.create_table('attachment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('uploader_id', sa.Uuid(), nullable=True),
    sa.Column('request_id', sa.Uuid(), nullable=True),
    sa.Column('step_number', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('image', 'voice', name='attachmentkind', native_enum=False, length=40), nullable=False),
    sa.Column('media_type', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content', sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.CheckConstraint('size > 0', name=op.f('ck_attachment_not_empty')),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], name=op.f('fk_attachment_request_id_request')),
    sa.ForeignKeyConstraint(['uploader_id'], ['person.id'], name=op.f('fk_attachment_uploader_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment'))
    )
    op.create_index('ix_attachment_content', 'attachment', ['content'], unique=False)
    op.create_index('ix_attachment_request_id', 'attachment', ['request_id'], unique=False)
    op.create_index('ix_attachment_unused', 'attachment', ['created_at'], unique=False, postgresql_where=sa.text('request_id IS NULL'))
    op.create_index('ix_attachment_uploader_id_created_at', 'attachment', ['uploader_id', 'created_at'], unique=False)
    op.create_table('request_follower',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_request_follower_person_id_person')),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], name=op.f('fk_request_follower_request_id_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_follower')),
    sa.UniqueConstraint('request_id', 'person_id', name=op.f('uq_request_follower_request_id_person_id'))
    )
    op.create_index('ix_request_follower_person_id_created_at', 'request_follower', ['person_id', 'created_at'], unique=False)
    op.create_table('request_step',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('what', sa.Enum('received', 'accepted', 'noted', 'kind_changed', 'transfer_asked', 'transfer_taken', 'transfer_declined', 'climbed', 'still_overdue', 'resolved', 'reopened', 'rated', 'closed', 'withdrawn', 'joined', 'wish_published', 'wish_claimed', 'wish_given_back', 'wish_lapsed', 'wish_unclaimed', 'wish_fulfilled', 'wish_confirmed', name='stepkind', native_enum=False, length=40), nullable=False),
    sa.Column('voice', sa.Enum('asker', 'follower', 'owner', 'other', 'volunteer', 'program', name='voice', native_enum=False, length=40), nullable=False),
    sa.Column('actor_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('rung', sa.Enum('worker', 'community', 'subdistrict', 'district', name='rung', native_enum=False, length=40), nullable=False),
    sa.Column('state', sa.Enum('received', 'accepted', 'in_progress', 'resolved', 'closed', 'withdrawn', name='requeststate', native_enum=False, length=40), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=2000), nullable=False),
    sa.Column('about_id', sa.Uuid(), nullable=True),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_request_step_counted_from_one')),
    sa.ForeignKeyConstraint(['about_id'], ['person.id'], name=op.f('fk_request_step_about_id_person')),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_request_step_actor_id_person')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_request_step_owner_id_person')),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], name=op.f('fk_request_step_request_id_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_step')),
    sa.UniqueConstraint('request_id', 'number', name=op.f('uq_request_step_request_id_number'))
    )
    op.create_table('wish_claim',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Enum('claimed', 'fulfilled', 'confirmed', 'given_back', 'lapsed', name='claimstate', native_enum=False, length=40), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_wish_claim_person_id_person')),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], name=op.f('fk_wish_claim_request_id_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_wish_claim'))
    )
    op.create_index('ix_wish_claim_person_id_state', 'wish_claim', ['person_id', 'state'], unique=False)
    op.create_index(op.f('ix_wish_claim_request_id'), 'wish_claim', ['request_id'], unique=False)
    op.create_index('uq_wish_claim_held', 'wish_claim', ['request_id'], unique=True, postgresql_where=sa.text("state IN ('claimed', 'fulfilled')"))
    op.create_index('ix_role_grant_key_role', 'role_grant', ['key', 'role'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_role_grant_key_role', table_name='role_grant')
    op.drop_index('uq_wish_claim_held', table_name='wish_claim', postgresql_where=sa.text("state IN ('claimed', 'fulfilled')"))
    op.drop_index(op.f('ix_wish_claim_request_id'), table_name='wish_claim')
    op.drop_index('ix_wish_claim_person_id_state', table_name='wish_claim')
    op.drop_table('wish_claim')
    op.drop_table('request_step')
    op.drop_index('ix_request_follower_person_id_created_at', table_name='request_follower')
    op.drop_table('request_follower')
    op.drop_index('ix_attachment_uploader_id_created_at', table_name='attachment')
    op.drop_index('ix_attachment_unused', table_name='attachment', postgresql_where=sa.text('request_id IS NULL'))
    op.drop_index('ix_attachment_request_id', table_name='attachment')
    op.drop_index('ix_attachment_content', table_name='attachment')
    op.drop_table('attachment')
    op.drop_index('ix_request_wishes', table_name='request', postgresql_where=sa.text("wish = 'published'"))
    op.drop_index('ix_request_warn_at', table_name='request', postgresql_where=sa.text('warn_at IS NOT NULL'))
    op.drop_index('ix_request_transfer_to_id', table_name='request', postgresql_where=sa.text('transfer_to_id IS NOT NULL'))
    op.drop_index('ix_request_owner_id_due_at', table_name='request')
    op.drop_index('ix_request_due', table_name='request', postgresql_where=sa.text("state IN ('received', 'accepted', 'in_progress') OR state = 'resolved'"))
    op.drop_index('ix_request_district_code_kind_created_at', table_name='request')
    op.drop_index('ix_request_district_code_due_at', table_name='request')
    op.drop_index('ix_request_cell_id', table_name='request')
    op.drop_index('ix_request_asker_id_created_at', table_name='request')
    op.drop_table('request')
    op.drop_index('ix_worker_absence_person_id_last_day', table_name='worker_absence')
    op.drop_table('worker_absence')
    op.drop_index(op.f('ix_grid_cell_worker_id'), table_name='grid_cell')
    op.drop_index('ix_grid_cell_latitude_longitude', table_name='grid_cell')
    op.drop_index(op.f('ix_grid_cell_deputy_id'), table_name='grid_cell')
    op.drop_index('ix_grid_cell_bounds', table_name='grid_cell', postgresql_where=sa.text('outline IS NOT NULL'))
    op.drop_table('grid_cell')
