"""reminders of bookings become rows when their day is near"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('slot', sa.Column('reminders_drawn', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    # Whoever booked before this has written his reminders already. Slots with such bookings count as drawn up.
    op.execute(
        'UPDATE slot SET reminders_drawn = true'
        ' WHERE start > now() AND EXISTS (SELECT FROM booking WHERE booking.slot_id = slot.id)'
    )


def downgrade() -> None:
    op.drop_column('slot', 'reminders_drawn')
