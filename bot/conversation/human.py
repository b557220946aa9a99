"""The human whom one can always reach (转人工): write to a person here, or call one."""

from uuid import UUID

from bot.api import ApiProblem
from bot.conversation.actions import Human
from bot.conversation.actions.threads import MyThreads, ShowThread, WriteTo
from bot.conversation.helping import CITY_HOTLINE, city_hotline, telephone
from bot.conversation.helping import show_human as show_phones
from bot.conversation.turn import Row, Turn, button
from bot.correspondent import Correspondent
from bot.replies import Reply
from bot.texts import Words
from bot.understanding import Meaning
from bot.wire.threads import HelpDesk

LONG_MIN = 90
"""From so many minutes on a wait is said in hours."""


async def show_human(turn: Turn, wanted: Human) -> Reply:
    """Who would answer, whether now, and how long that usually takes; and whom to call, the city's hotline last.

    When nobody can be asked, or the point is gone, the phones remain.
    """
    try:
        desk = await turn.acting_as(Correspondent).help_desk(wanted.point)
    except ApiProblem:
        return await show_phones(turn, wanted)
    _ = turn.words
    rows: list[Row] = []
    if desk.desk is None:
        lines = [_("A person will gladly help you. Please call:")]
    else:
        lines = [
            _("☎️ A person will gladly help you: {desk}.", desk=desk.desk.name),
            *named(_, desk),
            "",
            *when_answered(turn, desk),
            "",
            _("Write here, or call. If it cannot wait, please call."),
        ]
        rows += _writing(_, desk, wanted.point)
    rows += phone_rows(_, desk)
    return turn.screen("\n".join(lines), rows)


async def human_heard(turn: Turn, _meaning: Meaning, _said: str) -> Reply:
    """Somebody says that they want a person."""
    return await show_human(turn, Human())


def named(_: Words, desk: HelpDesk) -> list[str]:
    """Who sits there."""
    return [_("Who answers: {people}", people=_(", ").join(desk.people))] if desk.people else []


def _writing(_: Words, desk: HelpDesk, point: UUID | None) -> list[Row]:
    """To writing: in the conversation that is open already, or in a new one; and to one's conversations."""
    if desk.thread_id is not None:
        return [
            (button(_("💬 Go on with our conversation"), ShowThread(desk.thread_id)),),
            (button(_("💬 My conversations"), MyThreads()),),
        ]
    return [
        (button(_("✍️ Write to a person"), WriteTo(point)),),
        (button(_("💬 My conversations"), MyThreads()),),
    ]


def phone_rows(_: Words, desk: HelpDesk) -> list[Row]:
    """Whom to call, the city's hotline last: it always answers."""
    rows: list[Row] = [
        (telephone(phone.name, phone.number),) for phone in desk.phones if phone.number != CITY_HOTLINE
    ]
    return [*rows, (city_hotline(_),)]


def when_answered(turn: Turn, desk: HelpDesk) -> list[str]:
    """Whether somebody is there, from when on otherwise, and how long an answer usually takes. Nothing is made up."""
    _, wait = turn.words, desk.usual_wait_minutes
    if desk.open_now:
        if wait is None:
            return [_("Somebody is there now. I cannot say yet how long an answer takes.")]
        return [_("Somebody is there now, and usually answers within {time}.", time=duration(_, wait))]
    if desk.next_from is None:
        return [_("Nobody is there now, and I cannot say when again. What you write is kept for them.")]
    lines = [
        _(
            "Nobody is there now. What you write is kept, and will be read from {moment} on.",
            moment=_.moment(desk.next_from, turn.now),
        )
    ]
    if wait is not None:
        lines.append(_("Then it is usually answered within {time}.", time=duration(_, wait)))
    return lines


def duration(_: Words, minutes: int) -> str:
    """A wait, no more precise than is honest."""
    if minutes < LONG_MIN:
        return _.plural("{number} minute", "{number} minutes", minutes)
    return _.plural("{number} hour", "{number} hours", -(-minutes // 60))
