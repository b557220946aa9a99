"""What channels told the bot, kept until it is dealt with: any process may do that, and each chat's order is kept."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, SmallInteger, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.tables.base import Moment, Row, words
from models.vocabulary import Channel, ChatUpdateStatus

CHAT = 100
"""Longest key of a chat."""


class ChatLane(SQLModel, table=True):
    """One chat's queue. Whoever holds this row decides what its chat does next.

    `next_at` is when the first of its waiting updates may be claimed: empty when none waits, the end of the lease while
    one is in hand. `answered_at` is when the bot last said something there upon an update.
    """

    __tablename__ = "chat_lane"
    __table_args__ = (
        Index(
            "ix_chat_lane_channel_next_at",
            "channel",
            "next_at",
            postgresql_where=text("next_at IS NOT NULL"),
        ),
        Index("ix_chat_lane_used_at", "used_at"),
    )

    channel: Channel = Field(sa_type=words(Channel), primary_key=True)
    chat: str = Field(primary_key=True, max_length=CHAT)
    next_at: datetime | None = Field(default=None, sa_type=Moment)
    used_at: datetime = Field(sa_type=Moment)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)


class ChatUpdate(Row, table=True):
    """One thing that a channel told the bot. `update_id` is the channel's own number, by which repeats are known and
    which is the order within a chat.

    `payload` is as the channel sent it. It and `chat` are emptied when it was dealt with (product: People 1). `attempts` counts how
    often it was claimed; whoever reports on it names the attempt, so that one whose lease ran out changes nothing more.
    """

    __tablename__ = "chat_update"
    __table_args__ = (
        UniqueConstraint("channel", "update_id"),
        Index(
            "ix_chat_update_waiting",
            "channel",
            "chat",
            "update_id",
            postgresql_where=text("status = 'waiting'"),
        ),
    )

    channel: Channel = Field(sa_type=words(Channel))
    update_id: int = Field(sa_type=BigInteger)
    chat: str = Field(max_length=CHAT)
    payload: str | None = Field(sa_type=Text)
    status: ChatUpdateStatus = Field(default=ChatUpdateStatus.waiting, sa_type=words(ChatUpdateStatus))
    attempts: int = Field(default=0, sa_type=SmallInteger)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    last_error: str | None = Field(default=None, max_length=500)
