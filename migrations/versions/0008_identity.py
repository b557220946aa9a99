"""identity: codes that link a chat to an account; who was erased, and who became whom"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('person', sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('person', sa.Column('became_id', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('fk_person_became_id_person'), 'person', 'person', ['became_id'], ['id'])
    op.create_check_constraint(
        op.f('ck_person_erased_is_empty'),
        'person',
        "erased_at IS NULL OR (name = '—' AND phone IS NULL AND birth_date IS NULL AND NOT disability"
        " AND home_division IS NULL AND home_latitude IS NULL AND home_longitude IS NULL"
        " AND calendar_key_hash IS NULL)",
    )
    op.create_index(
        'ix_person_erased_at', 'person', ['erased_at'], postgresql_where=sa.text('erased_at IS NOT NULL')
    )
    # What is a person's is found by the person, to be shown to them and to be erased.
    op.create_index('ix_rating_person_id', 'rating', ['person_id'])
    op.create_index('ix_series_attendee_id', 'series', ['attendee_id'])
    op.create_table(
        'link_code',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('made_by_id', sa.Uuid(), nullable=False),
        sa.Column('code_hash', sa.LargeBinary(), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_link_code_made_by_id_person')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_link_code_person_id_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_link_code')),
    )
    op.create_index('ix_link_code_person_id_created_at', 'link_code', ['person_id', 'created_at'])
    op.create_index('ix_link_code_code_hash', 'link_code', ['code_hash'])
    op.create_index(op.f('ix_link_code_made_by_id'), 'link_code', ['made_by_id'])


def downgrade() -> None:
    op.drop_table('link_code')
    op.drop_index('ix_series_attendee_id', table_name='series')
    op.drop_index('ix_rating_person_id', table_name='rating')
    op.drop_index('ix_person_erased_at', table_name='person')
    op.drop_constraint(op.f('ck_person_erased_is_empty'), 'person')
    op.drop_constraint(op.f('fk_person_became_id_person'), 'person', type_='foreignkey')
    op.drop_column('person', 'became_id')
    op.drop_column('person', 'erased_at')
