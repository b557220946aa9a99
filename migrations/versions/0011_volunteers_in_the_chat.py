"""volunteers in the chat: what they would like to do, and whom to call when something happens to them"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'volunteer',
        sa.Column('categories_wished', postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default='[]'),
    )
    op.alter_column('volunteer', 'categories_wished', server_default=None)
    op.add_column('volunteer', sa.Column('emergency_name', sa.String(length=80), nullable=True))
    op.add_column('volunteer', sa.Column('emergency_phone', sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column('volunteer', 'emergency_phone')
    op.drop_column('volunteer', 'emergency_name')
    op.drop_column('volunteer', 'categories_wished')
