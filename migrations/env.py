"""Alembic environment. The connection is handed in by whoever runs it (lastmetre.migrate)."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import models.tables  # noqa: F401  # so that the metadata knows every table

connection = context.config.attributes["connection"]
if not isinstance(connection, Connection):
    message = "run migrations by `lastmetre migrate`, which opens the database"
    raise TypeError(message)

context.configure(connection=connection, target_metadata=SQLModel.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
