"""A booking service as tutorials teach it: an ORM session a request, the slot locked, its bookings counted, one more
inserted, committed.

It is written well in its own manner: asynchronous, indexed, correct under concurrency, with the driver that we use too.
It checks the person's token, and keeps one rule: a slot is never overbooked.
"""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import DateTime, func
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlmodel import Field, SQLModel, col, select

SECRET = os.environ["PLAIN_SECRET"]
engine = create_async_engine(os.environ["PLAIN_DATABASE_URL"])
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Person(SQLModel, table=True):
    """A resident."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    name: str


class Slot(SQLModel, table=True):
    """A time that can be booked."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    start: datetime = Field(sa_type=DateTime(timezone=True))
    capacity: int


class BookingBase(SQLModel):
    """What an order says."""

    slot_id: uuid.UUID
    party: int = Field(default=1, ge=1, le=6)


class Booking(SQLModel, table=True):
    """Some places in a slot."""

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    slot_id: uuid.UUID = Field(foreign_key="slot.id", index=True)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    party: int
    created_at: datetime = Field(default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True))


class BookingPublic(BookingBase):
    """What is answered."""

    id: uuid.UUID
    person_id: uuid.UUID
    created_at: datetime


async def get_session() -> AsyncIterator[AsyncSession]:
    """A session a request."""
    async with sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]
Credentials = Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]


async def get_current_person(session: Session, credentials: Credentials) -> Person:
    """Whom the token names."""
    try:
        claims = jwt.decode(credentials.credentials, SECRET, algorithms=["HS256"])
        person = await session.get(Person, uuid.UUID(claims["sub"]))
    except (jwt.InvalidTokenError, KeyError, ValueError) as error:
        raise HTTPException(401, "Could not validate credentials") from error
    if person is None:
        raise HTTPException(401, "Could not validate credentials")
    return person


CurrentPerson = Annotated[Person, Depends(get_current_person)]


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Makes the tables at start."""
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    """That it is there."""
    return {"status": "ok"}


@app.post("/bookings", status_code=201)
async def book(order: BookingBase, session: Session, person: CurrentPerson) -> BookingPublic:
    """Books places in a slot."""
    slot = (
        await session.execute(select(Slot).where(col(Slot.id) == order.slot_id).with_for_update())
    ).scalar_one_or_none()
    if slot is None:
        raise HTTPException(404, "No such slot")
    taken = (
        await session.execute(
            select(func.coalesce(func.sum(col(Booking.party)), 0)).where(col(Booking.slot_id) == slot.id)
        )
    ).scalar_one()
    if taken + order.party > slot.capacity:
        raise HTTPException(409, "Not enough places")
    booking = Booking(slot_id=slot.id, person_id=person.id, party=order.party)
    session.add(booking)
    await session.commit()
    await session.refresh(booking)
    return BookingPublic.model_validate(booking, from_attributes=True)
