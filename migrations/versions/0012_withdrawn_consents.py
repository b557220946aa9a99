"""what a person agreed to and took back, beside the person, where every booking sees it"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'person',
        sa.Column('withdrawn', sa.ARRAY(sa.String(length=40)), server_default=sa.text("'{}'"), nullable=False),
    )
    op.execute(
        """
        UPDATE person SET withdrawn = gone.purposes FROM (
            SELECT person_id, array_agg(purpose) AS purposes FROM (
                SELECT person_id, purpose FROM consent GROUP BY person_id, purpose
                HAVING bool_and(withdrawn_at IS NOT NULL)
            ) AS taken_back GROUP BY person_id
        ) AS gone WHERE gone.person_id = person.id
        """
    )


def downgrade() -> None:
    op.drop_column('person', 'withdrawn')
