"""photos and voice notes in conversations"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('attachment', sa.Column('thread_id', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('fk_attachment_thread_id_thread'), 'attachment', 'thread', ['thread_id'], ['id'])
    op.create_check_constraint(
        op.f('ck_attachment_one_place'), 'attachment', 'request_id IS NULL OR thread_id IS NULL'
    )
    op.create_index('ix_attachment_thread_id', 'attachment', ['thread_id'])
    op.drop_index('ix_attachment_unused', table_name='attachment')
    op.create_index(
        'ix_attachment_unused',
        'attachment',
        ['created_at'],
        postgresql_where=sa.text('request_id IS NULL AND thread_id IS NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_attachment_unused', table_name='attachment')
    op.create_index(
        'ix_attachment_unused', 'attachment', ['created_at'], postgresql_where=sa.text('request_id IS NULL')
    )
    op.drop_index('ix_attachment_thread_id', table_name='attachment')
    op.drop_constraint(op.f('ck_attachment_one_place'), 'attachment')
    op.drop_constraint(op.f('fk_attachment_thread_id_thread'), 'attachment')
    op.drop_column('attachment', 'thread_id')
