"""residents: what is said of one's coming; series of those for whom they were ordered"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('booking', sa.Column('arrival', sa.String(length=40), nullable=True))
    op.add_column('booking', sa.Column('arrival_said_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_series_attendee_id_created_at', 'series', ['attendee_id', 'created_at'])


def downgrade() -> None:
    op.drop_index('ix_series_attendee_id_created_at', table_name='series')
    op.drop_column('booking', 'arrival_said_at')
    op.drop_column('booking', 'arrival')
