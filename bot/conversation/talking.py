"""Saying something to a person: what is typed next goes to them, until one stops (转人工 for residents, a reply for staff)."""

from collections.abc import Sequence
from uuid import UUID

from bot import wire
from bot.api import ApiProblem
from bot.conversation import errors, home
from bot.conversation.actions import Action, Human
from bot.conversation.actions.threads import AskEnd, ReplyTo, ShowThread, StopTalking, WriteTo
from bot.conversation.danger import on_top
from bot.conversation.files import Unusable, taken_in
from bot.conversation.human import phone_rows, show_human, when_answered
from bot.conversation.passing import with_files
from bot.conversation.turn import Row, Turn, button
from bot.correspondent import Correspondent
from bot.replies import Incoming, Reply
from bot.texts import Words
from bot.understanding.dangers import NUMBERS, numbers_to_call
from bot.wire.threads import Thread, ThreadPage, Written

SAY = "threads_say"
"""The draft of whoever talks to a person: `point` or `thread` says with whom."""

MINUTES = 120
"""So long after the last word what is typed still goes to the person."""

AT_HAND = 6
"""So much of what was said last is looked at when somebody answers …"""
MOST_QUOTED = 2500
"""… and so many characters of it are quoted."""

LONGEST = 2000
"""So many characters one message has at most."""

RESIDENT = "resident"
"""The side of a conversation that asks."""


async def write_to(turn: Turn, asked: WriteTo) -> Reply:
    """From now on what is typed goes to whoever answers: said before anything is typed."""
    _ = turn.words
    desk = await turn.acting_as(Correspondent).help_desk(asked.point)
    if desk.desk is None:
        return await show_human(turn, Human(asked.point))
    point = None if asked.point is None else str(asked.point)
    await turn.resident.keep_draft(SAY, {"point": point, "first": None}, MINUTES)
    lines = [
        _("✍️ Please type what you want to say. It goes to {desk}.", desk=desk.desk.name),
        "",
        *when_answered(turn, desk),
    ]
    return turn.screen("\n".join(lines), [stop_row(_), *phone_rows(_, desk)])


async def reply_to(turn: Turn, asked: ReplyTo) -> Reply:
    """What is typed next goes into this conversation."""
    _ = turn.words
    by = turn.acting_as(Correspondent)
    page = await by.thread(asked.thread, AT_HAND)
    await turn.resident.keep_draft(SAY, {"thread": str(asked.thread)}, MINUTES)
    thread = page.thread
    if thread.side == RESIDENT:
        first = _("✍️ Please type what you want to say. It goes to {desk}.", desk=partner(thread))
    else:
        first = _("✍️ Please type your answer. It goes to {person}.", person=thread.resident.name)
    before = theirs(_, page)
    if 0 < thread.unseen <= len(before):
        await by.seen(asked.thread, thread.last_number)
    return turn.screen("\n".join([*before, *([""] if before else []), first]), [stop_row(_)])


async def stop_talking(turn: Turn, _asked: StopTalking) -> Reply:
    """What is typed next is for the bot again."""
    await turn.resident.drop_draft()
    _ = turn.words
    return home.show_home(
        turn, _("All right. What you type is for me again. Answers to you still come here.")
    )


def theirs(_: Words, page: ThreadPage) -> list[str]:
    """What the other side has said last, as quotations, the newest last, as much as fits beside a question."""
    lines: list[str] = []
    for said in page.items:
        if said.event == "said" and said.side != page.thread.side:
            if sum(map(len, [said.text, *lines])) > MOST_QUOTED:
                break
            lines.insert(0, f"> {with_files(_, said.text, len(said.attachments))}".replace("\n", "\n> "))
    return lines


def stop_row(_: Words) -> Row:
    """To stop talking."""
    return (button(_("⏹ Stop writing"), StopTalking()),)


def partner(thread: Thread) -> str:
    """With whom a resident talks: the owner at their desk, or the desk."""
    return thread.desk.name if thread.owner is None else f"{thread.owner.name} · {thread.desk.name}"


async def take_words(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """What was typed or sent goes to the person for whom the draft waits: words, a photo, a voice note. A place cannot."""
    _ = turn.words
    text = (incoming.text or "").strip()
    numbers = numbers_to_call(text)
    if not text and incoming.file is None:
        no_place = _("I can pass on words, photos and voice notes. Please say it in a few words.")
        return turn.screen(no_place, [stop_row(_)])
    if len(text) > LONGEST:
        too_long = _("That is too long for one message: {number} characters at most.", number=LONGEST)
        return on_top(_, turn.screen(too_long, [stop_row(_)]), numbers)
    files: list[UUID] = []
    if incoming.file is not None:
        taken = await taken_in(turn, incoming)
        if isinstance(taken, Unusable):
            return on_top(_, turn.screen(taken.why, [stop_row(_)]), numbers)
        files.append(taken.id)
    try:
        written = await _write(turn, draft, incoming.update_key, text, files)
    except ApiProblem as problem:
        refused = errors.show_problem(turn, problem)
        rows = [stop_row(_), *refused.rows[:-1]]
        if any(reason.code == "thread-taken" for reason in problem.reasons):
            await turn.resident.drop_draft()
        return on_top(_, turn.screen(refused.text, rows), numbers)
    if written.thread.side != RESIDENT:
        await turn.resident.drop_draft()
        return _answered(turn, written)
    urgent = {*written.emergency, *numbers}
    return on_top(_, await _sent(turn, written), [number for number in NUMBERS if number in urgent])


async def take_reply(turn: Turn, action: Action, incoming: Incoming) -> Reply:
    """Somebody answers a message of a conversation by the channel's own "reply": it goes there, whatever else waits."""
    if not isinstance(action, ReplyTo):
        raise TypeError(f"no conversation: {action!r}")
    return await take_words(turn, wire.Draft(kind=SAY, data={"thread": str(action.thread)}), incoming)


async def _write(turn: Turn, draft: wire.Draft, update_key: str, text: str, files: Sequence[UUID]) -> Written:
    """An update that is delivered again says the same to the same address, so that it is said once."""
    by, thread = turn.acting_as(Correspondent), draft.data.get("thread")
    point = draft.data.get("point")
    first = draft.data.get("first")
    if thread is not None and first != update_key:
        written = await by.say(UUID(str(thread)), text, files)
        if written.thread.side == RESIDENT:
            await turn.resident.keep_draft(SAY, draft.data, MINUTES)
        return written
    written = await by.open_thread(None if point is None else UUID(str(point)), text, files)
    await turn.resident.keep_draft(
        SAY, {"point": point, "thread": str(written.thread.id), "first": update_key}, MINUTES
    )
    return written


async def _sent(turn: Turn, written: Written) -> Reply:
    """The resident's words are on their way; what is typed next goes the same way."""
    _, thread = turn.words, written.thread
    lines: list[str] = []
    if thread.owner is None:
        lines.append(_("✅ Sent to {desk}. The answer will come here.", desk=thread.desk.name))
    else:
        lines.append(_("✅ Sent to {person}. The answer will come here.", person=thread.owner.name))
    if written.message.number == 1:
        desk = await turn.acting_as(Correspondent).help_desk(
            None if thread.about.point is None else thread.about.point.id
        )
        lines += when_answered(turn, desk)
    lines += ["", _("💬 You are talking to {partner}: just keep typing.", partner=partner(thread))]
    rows: list[Row] = [
        (button(_("👀 The whole conversation"), ShowThread(thread.id)),),
        (button(_("⏹ Stop writing"), StopTalking()), button(_("🔚 End it"), AskEnd(thread.id))),
    ]
    return turn.screen("\n".join(lines), rows)


def _answered(turn: Turn, written: Written) -> Reply:
    """The answer of staff is on its way; what they type next is for the bot again."""
    _, thread = turn.words, written.thread
    text = _("✅ Sent to {person}.", person=thread.resident.name)
    rows = [
        (
            button(_("✍️ Say more"), ReplyTo(thread.id)),
            button(_("👀 The whole conversation"), ShowThread(thread.id)),
        ),
        (button(_("🔚 End it"), AskEnd(thread.id)),),
    ]
    return turn.screen(text, rows)
