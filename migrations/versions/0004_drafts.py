"""drafts: what the next thing said in a chat is for"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'chat_draft',
        sa.Column('person_id', sa.Uuid(), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_chat_draft_person_id_person')),
        sa.PrimaryKeyConstraint('person_id', name=op.f('pk_chat_draft')),
    )
    op.create_index('ix_chat_draft_expires_at', 'chat_draft', ['expires_at'])


def downgrade() -> None:
    op.drop_index('ix_chat_draft_expires_at', table_name='chat_draft')
    op.drop_table('chat_draft')
