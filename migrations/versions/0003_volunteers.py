"""volunteers: profiles, shifts, signups, asks, swaps, the ledger of hours"""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hours_account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('owner', sa.Enum('person', 'team', 'served', 'common', name='hoursowner', native_enum=False, length=40), nullable=False),
    sa.Column('owner_key', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('balance', sa.Integer(), nullable=False),
    sa.Column('cap', sa.Integer(), nullable=True),
    sa.CheckConstraint("owner NOT IN ('person', 'team') OR balance >= 0", name=op.f('ck_hours_account_never_overdrawn')),
    sa.CheckConstraint('cap IS NULL OR balance <= cap', name=op.f('ck_hours_account_within_cap')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hours_account')),
    sa.UniqueConstraint('owner', 'owner_key', name=op.f('uq_hours_account_owner_owner_key'))
    )
    op.create_table('organisation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('kind', sa.Enum('university', 'social_organisation', 'company', 'neighbours', name='organisationkind', native_enum=False, length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('district_code', 'name', name=op.f('uq_organisation_district_code_name'))
    )
    op.create_table('certificate',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('skill', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('issuer', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('proof', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('status', sa.Enum('submitted', 'verified', 'refused', name='certificatestatus', native_enum=False, length=40), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_by_id', sa.Uuid(), nullable=True),
    sa.Column('remark', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.CheckConstraint('expires_on IS NULL OR issued_on <= expires_on', name=op.f('ck_certificate_expires_later')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_certificate_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate'))
    )
    op.create_index('ix_certificate_person_id_skill', 'certificate', ['person_id', 'skill'], unique=False)
    op.create_index('ix_certificate_submitted', 'certificate', ['district_code', 'id'], unique=False, postgresql_where=sa.text("status = 'submitted'"))
    op.create_table('hours_statement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('code', sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('shifts', sa.Integer(), nullable=False),
    sa.Column('lines', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_hours_statement_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hours_statement')),
    sa.UniqueConstraint('code', name=op.f('uq_hours_statement_code'))
    )
    op.create_index('ix_hours_statement_person_id_created_at', 'hours_statement', ['person_id', 'created_at'], unique=False)
    op.create_table('shift_template',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('point_id', sa.Uuid(), nullable=False),
    sa.Column('rrule', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('start_time', sa.Time(), nullable=False),
    sa.Column('end_time', sa.Time(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('needed', sa.Integer(), nullable=False),
    sa.Column('minimum', sa.Integer(), nullable=False),
    sa.Column('required_skills', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('minimum_age', sa.Integer(), nullable=True),
    sa.Column('direct', sa.Boolean(), nullable=False),
    sa.Column('buddy_places', sa.Integer(), nullable=False),
    sa.Column('leader_id', sa.Uuid(), nullable=True),
    sa.Column('service_ids', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('publishes_itself', sa.Boolean(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('0 <= minimum AND minimum <= needed AND needed > 0', name=op.f('ck_shift_template_numbers_in_order')),
    sa.CheckConstraint('buddy_places >= 0', name=op.f('ck_shift_template_buddy_places_counted')),
    sa.CheckConstraint('start_time < end_time', name=op.f('ck_shift_template_start_before_end')),
    sa.CheckConstraint('valid_from <= valid_until', name=op.f('ck_shift_template_valid_forwards')),
    sa.ForeignKeyConstraint(['leader_id'], ['person.id'], name=op.f('fk_shift_template_leader_id_person')),
    sa.ForeignKeyConstraint(['point_id'], ['point.id'], name=op.f('fk_shift_template_point_id_point')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift_template'))
    )
    op.create_index(op.f('ix_shift_template_point_id'), 'shift_template', ['point_id'], unique=False)
    op.create_table('team',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('leader_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['leader_id'], ['person.id'], name=op.f('fk_team_leader_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_team_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team')),
    sa.UniqueConstraint('district_code', 'name', name=op.f('uq_team_district_code_name'))
    )
    op.create_index(op.f('ix_team_leader_id'), 'team', ['leader_id'], unique=False)
    op.create_index(op.f('ix_team_organisation_id'), 'team', ['organisation_id'], unique=False)
    op.create_table('volunteer',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('organisation_id', sa.Uuid(), nullable=True),
    sa.Column('skills', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('roles_wished', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('languages', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('hours_wanted', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('reach_m', sa.Integer(), nullable=False),
    sa.Column('takes_asks', sa.Boolean(), nullable=False),
    sa.Column('guardian_name', sqlmodel.sql.sqltypes.AutoString(length=80), nullable=True),
    sa.Column('guardian_phone', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=True),
    sa.Column('guardian_consent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('guardian_consent_by_id', sa.Uuid(), nullable=True),
    sa.Column('guardian_evidence', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('suspended_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('suspension_reason', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.CheckConstraint('reach_m > 0', name=op.f('ck_volunteer_reach_positive')),
    sa.ForeignKeyConstraint(['id'], ['person.id'], name=op.f('fk_volunteer_id_person')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_volunteer_organisation_id_organisation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_volunteer'))
    )
    op.create_index('ix_volunteer_district_code_id', 'volunteer', ['district_code', 'id'], unique=False)
    op.create_index(op.f('ix_volunteer_organisation_id'), 'volunteer', ['organisation_id'], unique=False)
    op.create_table('volunteer_record',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Enum('training', 'commendation', name='recordkind', native_enum=False, length=40), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
    sa.Column('issuer', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('recorded_by_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_volunteer_record_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_volunteer_record'))
    )
    op.create_index('ix_volunteer_record_person_id_on_day', 'volunteer_record', ['person_id', 'on_day'], unique=False)
    op.create_table('shift',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('point_id', sa.Uuid(), nullable=False),
    sa.Column('template_id', sa.Uuid(), nullable=True),
    sa.Column('start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('end', sa.DateTime(timezone=True), nullable=False),
    sa.Column('role', sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
    sa.Column('needed', sa.Integer(), nullable=False),
    sa.Column('minimum', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('required_skills', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('minimum_age', sa.Integer(), nullable=True),
    sa.Column('direct', sa.Boolean(), nullable=False),
    sa.Column('buddy_places', sa.Integer(), nullable=False),
    sa.Column('leader_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.Enum('draft', 'published', 'cancelled', name='shiftstatus', native_enum=False, length=40), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('code_in', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('code_out', sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('alerted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waves', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('"start" < "end"', name=op.f('ck_shift_start_before_end')),
    sa.CheckConstraint('0 <= minimum AND minimum <= needed', name=op.f('ck_shift_minimum_within_needed')),
    sa.CheckConstraint('0 <= taken AND taken <= needed', name=op.f('ck_shift_taken_within_needed')),
    sa.CheckConstraint('buddy_places >= 0', name=op.f('ck_shift_buddy_places_counted')),
    sa.ForeignKeyConstraint(['leader_id'], ['person.id'], name=op.f('fk_shift_leader_id_person')),
    sa.ForeignKeyConstraint(['point_id'], ['point.id'], name=op.f('fk_shift_point_id_point')),
    sa.ForeignKeyConstraint(['template_id'], ['shift_template.id'], name=op.f('fk_shift_template_id_shift_template')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift')),
    sa.UniqueConstraint('template_id', 'start', name=op.f('uq_shift_template_id_start'))
    )
    op.create_index(op.f('ix_shift_leader_id'), 'shift', ['leader_id'], unique=False)
    op.create_index('ix_shift_point_id_start', 'shift', ['point_id', 'start'], unique=False)
    op.create_index('ix_shift_start_id', 'shift', ['start', 'id'], unique=False, postgresql_where=sa.text("status = 'published'"))
    op.create_table('standing_place',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('template_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_standing_place_person_id_person')),
    sa.ForeignKeyConstraint(['template_id'], ['shift_template.id'], name=op.f('fk_standing_place_template_id_shift_template')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_standing_place'))
    )
    op.create_index('ix_standing_place_person_id', 'standing_place', ['person_id'], unique=False)
    op.create_index('uq_standing_place_template_id_person_id', 'standing_place', ['template_id', 'person_id'], unique=True, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('team_member',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('asked', 'member', 'left', name='membershipstatus', native_enum=False, length=40), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_team_member_person_id_person')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_team_member_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_member')),
    sa.UniqueConstraint('team_id', 'person_id', name=op.f('uq_team_member_team_id_person_id'))
    )
    op.create_index(op.f('ix_team_member_person_id'), 'team_member', ['person_id'], unique=False)
    op.create_table('shift_service',
    sa.Column('shift_id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_shift_service_service_id_service')),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], name=op.f('fk_shift_service_shift_id_shift')),
    sa.PrimaryKeyConstraint('shift_id', 'service_id', name=op.f('pk_shift_service'))
    )
    op.create_index(op.f('ix_shift_service_service_id'), 'shift_service', ['service_id'], unique=False)
    op.create_table('shift_wait',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('shift_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Enum('waiting', 'offered', 'accepted', 'left', 'expired', name='waitliststatus', native_enum=False, length=40), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signup_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(status = 'offered') = (expires_at IS NOT NULL)", name=op.f('ck_shift_wait_offer_runs_out')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_shift_wait_person_id_person')),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], name=op.f('fk_shift_wait_shift_id_shift')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift_wait'))
    )
    op.create_index('ix_shift_wait_expires_at', 'shift_wait', ['expires_at'], unique=False, postgresql_where=sa.text("status = 'offered'"))
    op.create_index('ix_shift_wait_person_id_start', 'shift_wait', ['person_id', 'start'], unique=False)
    op.create_index('ix_shift_wait_queue', 'shift_wait', ['shift_id', 'created_at', 'id'], unique=False, postgresql_where=sa.text("status IN ('waiting', 'offered')"))
    op.create_index('uq_shift_wait_shift_id_person_id', 'shift_wait', ['shift_id', 'person_id'], unique=True, postgresql_where=sa.text("status IN ('waiting', 'offered')"))
    op.create_table('signup',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('shift_id', sa.Uuid(), nullable=False),
    sa.Column('point_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('person_number', sa.BigInteger(), nullable=False),
    sa.Column('start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('end', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rest_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Enum('applied', 'proposed', 'confirmed', 'stand_in_wanted', 'withdrawn', 'refused', 'attended', 'absent', 'excused', name='signupstatus', native_enum=False, length=40), nullable=False),
    sa.Column('source', sa.Enum('person', 'team', 'waitlist', 'ask', 'stand_in', 'standing', 'suggestion', name='signupsource', native_enum=False, length=40), nullable=False),
    sa.Column('signed_by_id', sa.Uuid(), nullable=False),
    sa.Column('team_id', sa.Uuid(), nullable=True),
    sa.Column('standing_id', sa.Uuid(), nullable=True),
    sa.Column('replaces_id', sa.Uuid(), nullable=True),
    sa.Column('first_timer', sa.Boolean(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('answer_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('checked_in_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_out_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('scanned_in', sa.Boolean(), nullable=False),
    sa.Column('scanned_out', sa.Boolean(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verified_by', sa.Enum('scans', 'manager', name='verifiedby', native_enum=False, length=40), nullable=True),
    sa.Column('stars', sa.Integer(), nullable=True),
    postgresql.ExcludeConstraint((sa.text('int8range(\n    (person_number << 28) + (extract(epoch from "start" at time zone \'UTC\') / 60)::bigint,\n    (person_number << 28) + (extract(epoch from rest_until at time zone \'UTC\') / 60)::bigint\n)'), '&&'), where=sa.text("status IN ('proposed', 'confirmed', 'stand_in_wanted', 'attended', 'absent', 'excused')"), using='gist', name='ex_signup_person_duty'),
    sa.CheckConstraint("verified_at IS NULL OR status = 'attended'", name=op.f('ck_signup_verified_attended')),
    sa.CheckConstraint('"start" < "end" AND "end" <= rest_until', name=op.f('ck_signup_times_in_order')),
    sa.CheckConstraint('1 <= stars AND stars <= 5', name=op.f('ck_signup_stars_one_to_five')),
    sa.CheckConstraint('minutes >= 0', name=op.f('ck_signup_minutes_counted')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_signup_person_id_person')),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], name=op.f('fk_signup_shift_id_shift')),
    sa.ForeignKeyConstraint(['signed_by_id'], ['person.id'], name=op.f('fk_signup_signed_by_id_person')),
    sa.ForeignKeyConstraint(['standing_id'], ['standing_place.id'], name=op.f('fk_signup_standing_id_standing_place')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_signup_team_id_team')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signup'))
    )
    op.create_index('ix_signup_end_open', 'signup', ['end'], unique=False, postgresql_where=sa.text("status IN ('confirmed', 'stand_in_wanted')"))
    op.create_index('ix_signup_person_id_start', 'signup', ['person_id', 'start'], unique=False)
    op.create_index('ix_signup_proposed', 'signup', ['answer_by'], unique=False, postgresql_where=sa.text("status = 'proposed'"))
    op.create_index('ix_signup_shift_id', 'signup', ['shift_id'], unique=False)
    op.create_index('ix_signup_stand_in', 'signup', ['shift_id'], unique=False, postgresql_where=sa.text("status = 'stand_in_wanted'"))
    op.create_index('uq_signup_shift_id_person_id', 'signup', ['shift_id', 'person_id'], unique=True, postgresql_where=sa.text("status NOT IN ('withdrawn', 'refused')"))
    op.create_table('hours_correction',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('signup_id', sa.Uuid(), nullable=False),
    sa.Column('minutes_before', sa.Integer(), nullable=False),
    sa.Column('minutes_after', sa.Integer(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['signup_id'], ['signup.id'], name=op.f('fk_hours_correction_signup_id_signup')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hours_correction'))
    )
    op.create_index('ix_hours_correction_signup_id', 'hours_correction', ['signup_id'], unique=False)
    op.create_table('hours_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('transfer_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('service', 'correction', 'donation', name='hourskind', native_enum=False, length=40), nullable=False),
    sa.Column('signup_id', sa.Uuid(), nullable=True),
    sa.Column('by_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('minutes <> 0', name=op.f('ck_hours_entry_moves_something')),
    sa.ForeignKeyConstraint(['account_id'], ['hours_account.id'], name=op.f('fk_hours_entry_account_id_hours_account')),
    sa.ForeignKeyConstraint(['signup_id'], ['signup.id'], name=op.f('fk_hours_entry_signup_id_signup')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hours_entry'))
    )
    op.create_index('ix_hours_entry_account_id_created_at', 'hours_entry', ['account_id', 'created_at'], unique=False)
    op.create_index('ix_hours_entry_signup_id', 'hours_entry', ['signup_id'], unique=False)
    op.create_index('ix_hours_entry_transfer_id', 'hours_entry', ['transfer_id'], unique=False)
    op.create_table('shift_ask',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('shift_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('signup_id', sa.Uuid(), nullable=True),
    sa.Column('start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('wave', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('open', 'accepted', 'declined', 'over', name='askstatus', native_enum=False, length=40), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_by_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_shift_ask_person_id_person')),
    sa.ForeignKeyConstraint(['shift_id'], ['shift.id'], name=op.f('fk_shift_ask_shift_id_shift')),
    sa.ForeignKeyConstraint(['signup_id'], ['signup.id'], name=op.f('fk_shift_ask_signup_id_signup')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift_ask'))
    )
    op.create_index('ix_shift_ask_person_id_created_at', 'shift_ask', ['person_id', 'created_at'], unique=False)
    op.create_index('ix_shift_ask_shift_id', 'shift_ask', ['shift_id'], unique=False)
    op.create_index('ix_shift_ask_start_open', 'shift_ask', ['start'], unique=False, postgresql_where=sa.text("status = 'open'"))
    op.create_index('uq_shift_ask_open', 'shift_ask', ['shift_id', 'person_id'], unique=True, postgresql_where=sa.text("status = 'open'"))
    op.create_table('shift_swap',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('district_code', sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
    sa.Column('mine_id', sa.Uuid(), nullable=False),
    sa.Column('theirs_id', sa.Uuid(), nullable=False),
    sa.Column('proposed_by_id', sa.Uuid(), nullable=False),
    sa.Column('asked_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.Enum('proposed', 'accepted', 'declined', 'void', name='swapstatus', native_enum=False, length=40), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('mine_id <> theirs_id', name=op.f('ck_shift_swap_two_signups')),
    sa.ForeignKeyConstraint(['asked_id'], ['person.id'], name=op.f('fk_shift_swap_asked_id_person')),
    sa.ForeignKeyConstraint(['mine_id'], ['signup.id'], name=op.f('fk_shift_swap_mine_id_signup')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['person.id'], name=op.f('fk_shift_swap_proposed_by_id_person')),
    sa.ForeignKeyConstraint(['theirs_id'], ['signup.id'], name=op.f('fk_shift_swap_theirs_id_signup')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shift_swap'))
    )
    op.create_index(op.f('ix_shift_swap_asked_id'), 'shift_swap', ['asked_id'], unique=False)
    op.create_index('ix_shift_swap_theirs_id', 'shift_swap', ['theirs_id'], unique=False)
    op.create_index('uq_shift_swap_mine_id_theirs_id', 'shift_swap', ['mine_id', 'theirs_id'], unique=True, postgresql_where=sa.text("status = 'proposed'"))
    op.create_table('slot_shrinkage',
    sa.Column('slot_id', sa.Uuid(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('reduced', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('reduced >= 0 AND reduced < capacity', name=op.f('ck_slot_shrinkage_reduced')),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_slot_shrinkage_slot_id_slot')),
    sa.PrimaryKeyConstraint('slot_id', name=op.f('pk_slot_shrinkage'))
    )

    # The ledger is append-only, and every transfer adds up to zero when its transaction ends.
    op.execute("""
        CREATE FUNCTION hours_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'entries of the ledger are never changed' USING ERRCODE = 'integrity_constraint_violation';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER ck_hours_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON hours_entry
        FOR EACH STATEMENT EXECUTE FUNCTION hours_entry_stays()
    """)
    op.execute("""
        CREATE FUNCTION hours_transfer_is_zero() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (SELECT sum(minutes) FROM hours_entry WHERE transfer_id = NEW.transfer_id) <> 0 THEN
                RAISE EXCEPTION 'a transfer of hours does not add up to zero'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_hours_entry_transfer_is_zero';
            END IF;
            RETURN NULL;
        END $$
    """)
    op.execute("""
        CREATE CONSTRAINT TRIGGER ck_hours_entry_transfer_is_zero AFTER INSERT ON hours_entry
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hours_transfer_is_zero()
    """)


def downgrade() -> None:
    op.drop_table('slot_shrinkage')
    op.drop_index('uq_shift_swap_mine_id_theirs_id', table_name='shift_swap', postgresql_where=sa.text("status = 'proposed'"))
    op.drop_index('ix_shift_swap_theirs_id', table_name='shift_swap')
    op.drop_index(op.f('ix_shift_swap_asked_id'), table_name='shift_swap')
    op.drop_table('shift_swap')
    op.drop_index('uq_shift_ask_open', table_name='shift_ask', postgresql_where=sa.text("status = 'open'"))
    op.drop_index('ix_shift_ask_start_open', table_name='shift_ask', postgresql_where=sa.text("status = 'open'"))
    op.drop_index('ix_shift_ask_shift_id', table_name='shift_ask')
    op.drop_index('ix_shift_ask_person_id_created_at', table_name='shift_ask')
    op.drop_table('shift_ask')
    op.drop_index('ix_hours_entry_transfer_id', table_name='hours_entry')
    op.drop_index('ix_hours_entry_signup_id', table_name='hours_entry')
    op.drop_index('ix_hours_entry_account_id_created_at', table_name='hours_entry')
    op.drop_table('hours_entry')
    op.drop_index('ix_hours_correction_signup_id', table_name='hours_correction')
    op.drop_table('hours_correction')
    op.drop_index('uq_signup_shift_id_person_id', table_name='signup', postgresql_where=sa.text("status NOT IN ('withdrawn', 'refused')"))
    op.drop_index('ix_signup_stand_in', table_name='signup', postgresql_where=sa.text("status = 'stand_in_wanted'"))
    op.drop_index('ix_signup_shift_id', table_name='signup')
    op.drop_index('ix_signup_proposed', table_name='signup', postgresql_where=sa.text("status = 'proposed'"))
    op.drop_index('ix_signup_person_id_start', table_name='signup')
    op.drop_index('ix_signup_end_open', table_name='signup', postgresql_where=sa.text("status IN ('confirmed', 'stand_in_wanted')"))
    op.drop_table('signup')
    op.drop_index('uq_shift_wait_shift_id_person_id', table_name='shift_wait', postgresql_where=sa.text("status IN ('waiting', 'offered')"))
    op.drop_index('ix_shift_wait_queue', table_name='shift_wait', postgresql_where=sa.text("status IN ('waiting', 'offered')"))
    op.drop_index('ix_shift_wait_person_id_start', table_name='shift_wait')
    op.drop_index('ix_shift_wait_expires_at', table_name='shift_wait', postgresql_where=sa.text("status = 'offered'"))
    op.drop_table('shift_wait')
    op.drop_index(op.f('ix_shift_service_service_id'), table_name='shift_service')
    op.drop_table('shift_service')
    op.drop_index(op.f('ix_team_member_person_id'), table_name='team_member')
    op.drop_table('team_member')
    op.drop_index('uq_standing_place_template_id_person_id', table_name='standing_place', postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index('ix_standing_place_person_id', table_name='standing_place')
    op.drop_table('standing_place')
    op.drop_index('ix_shift_start_id', table_name='shift', postgresql_where=sa.text("status = 'published'"))
    op.drop_index('ix_shift_point_id_start', table_name='shift')
    op.drop_index(op.f('ix_shift_leader_id'), table_name='shift')
    op.drop_table('shift')
    op.drop_index('ix_volunteer_record_person_id_on_day', table_name='volunteer_record')
    op.drop_table('volunteer_record')
    op.drop_index(op.f('ix_volunteer_organisation_id'), table_name='volunteer')
    op.drop_index('ix_volunteer_district_code_id', table_name='volunteer')
    op.drop_table('volunteer')
    op.drop_index(op.f('ix_team_organisation_id'), table_name='team')
    op.drop_index(op.f('ix_team_leader_id'), table_name='team')
    op.drop_table('team')
    op.drop_index(op.f('ix_shift_template_point_id'), table_name='shift_template')
    op.drop_table('shift_template')
    op.drop_index('ix_hours_statement_person_id_created_at', table_name='hours_statement')
    op.drop_table('hours_statement')
    op.drop_index('ix_certificate_submitted', table_name='certificate', postgresql_where=sa.text("status = 'submitted'"))
    op.drop_index('ix_certificate_person_id_skill', table_name='certificate')
    op.drop_table('certificate')
    op.drop_table('organisation')
    op.drop_table('hours_account')
    op.execute("DROP FUNCTION hours_transfer_is_zero()")
    op.execute("DROP FUNCTION hours_entry_stays()")
