"""residents: what is said of one's coming"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('booking', sa.Column('arrival', sa.String(length=40), nullable=True))
    op.add_column('booking', sa.Column('arrival_said_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('booking', 'arrival_said_at')
    op.drop_column('booking', 'arrival')
