"""Conversations to look at: one's own, those that one answers (来信); reading, taking, handing on, ending."""

from uuid import UUID

from bot.api import ApiProblem
from bot.conversation import actions
from bot.conversation.actions.threads import (
    AskEnd,
    AskHandOn,
    End,
    HandOn,
    HandOnWhom,
    Letters,
    MyThreads,
    ReplyTo,
    ShowThread,
    Take,
)
from bot.conversation.passing import file_rows, with_files
from bot.conversation.talking import RESIDENT, partner
from bot.conversation.turn import MOST_ITEMS, Row, Turn, button, leaf, limit_for, page_row
from bot.correspondent import Correspondent
from bot.replies import Button, Reply
from bot.texts import Words
from bot.wire.threads import Said, Thread, ThreadPage

A_PAGE = 6
"""So many conversations, or colleagues, on one screen."""
LAST_SAID = 8
"""So much of a conversation on one screen …"""
MOST_SHOWN = 3000
"""… and no more characters than fit into one message."""
STARTS = 24
"""So many characters of what was said stand on a button."""


async def my_threads(turn: Turn, asked: MyThreads) -> Reply:
    """One's own conversations, open and ended, the last used first."""
    _ = turn.words
    found = await turn.acting_as(Correspondent).threads("resident", "all", limit_for(asked.page, A_PAGE))
    threads, more = leaf(found, asked.page, A_PAGE)
    rows: list[Row] = [(_button_of(turn, thread),) for thread in threads]
    rows += page_row(_, asked.page, MyThreads, more=more)
    text = _("Your conversations:") if threads else _("You have not written to anybody yet.")
    return turn.screen(text, rows)


async def letters(turn: Turn, asked: Letters) -> Reply:
    """The conversations that one answers with one's colleagues."""
    _ = turn.words
    which = "closed" if asked.which == "closed" else "open"
    try:
        found = await turn.acting_as(Correspondent).threads("owner", which, limit_for(asked.page, A_PAGE))
    except ApiProblem as problem:
        if problem.status != 403:
            raise
        return turn.screen(_("You have no letters to answer."))
    threads, more = leaf(found, asked.page, A_PAGE)
    rows: list[Row] = [(_button_of(turn, thread),) for thread in threads]
    rows += page_row(_, asked.page, lambda page: Letters(which, page), more=more)
    other = (
        button(_("🗄 Ended ones"), Letters("closed"))
        if which == "open"
        else button(_("💬 Open ones"), Letters())
    )
    rows.append((other,))
    if which == "closed":
        text = _("Conversations that have ended:") if threads else _("None has ended yet.")
    elif threads:
        text = _("Letters. 🔴 waits for an answer, 🚨 is urgent, 👤 is in a colleague's hands.")
    else:
        text = _("No letters: everybody has an answer.")
    return turn.screen(text, rows)


def _button_of(turn: Turn, thread: Thread) -> Button:
    """A conversation in one line: how it stands, with whom, and how the last thing said begins."""
    marks = "".join(_marks(turn, thread))
    other = thread.desk.name if thread.side == RESIDENT else thread.resident.name
    begins = thread.preview.replace("\n", " ")
    begins = begins if len(begins) <= STARTS else f"{begins[:STARTS]}…"
    _ = turn.words
    return button(_("{name}: {state}", name=f"{marks}{other}", state=begins), ShowThread(thread.id))


def _marks(turn: Turn, thread: Thread) -> list[str]:
    """What is to be seen of it at a glance."""
    if thread.state == "closed":
        return ["🔚 "]
    marks = ["🚨 "] if thread.urgent else []
    if thread.side == RESIDENT:
        return [*marks, "🔵 " if thread.unseen else ""]
    if thread.state != "waiting_for_resident":
        marks.append("🔴 ")
    if thread.owner is not None and thread.owner.id != turn.me.id:
        marks.append("👤 ")
    return marks


async def show_thread(turn: Turn, asked: ShowThread, before: str = "") -> Reply:
    """A conversation from one's own side, the newest last; what is shown has been read."""
    by = turn.acting_as(Correspondent)
    page = await by.thread(asked.thread, LAST_SAID, asked.cursor)
    if page.thread.unseen and asked.cursor is None:
        await by.seen(asked.thread, page.thread.last_number)
    _, thread = turn.words, page.thread
    lines = [*([before, ""] if before else []), *_head(_, thread), "", *_talk(turn, page)]
    rows: list[Row] = []
    if page.next is not None and len(page.next) <= LONGEST_CURSOR:
        rows.append((button(_("⬆️ Earlier"), ShowThread(thread.id, page.next)),))
    if asked.cursor is not None:
        rows.append((button(_("⬇️ The latest"), ShowThread(thread.id)),))
    rows += file_rows(_, thread.id, [file.id for said in reversed(page.items) for file in said.attachments])
    rows += _ways_on(turn, thread)
    return turn.screen("\n".join(lines), rows)


LONGEST_CURSOR = 30
"""A longer one would not fit a button; numbers of messages never make one."""


def _head(_: Words, thread: Thread) -> list[str]:
    """With whom, about what, and in whose hands."""
    if thread.side == RESIDENT:
        return [_("💬 You and {partner}", partner=partner(thread))]
    lines = [_("💬 {person} writes to {desk}", person=thread.resident.name, desk=thread.desk.name)]
    if thread.state == "closed":
        lines.append(_("🔚 It has ended."))
    elif thread.owner is not None:
        lines.append(_("👤 Being answered by {person}", person=thread.owner.name))
    elif thread.raised_to:
        lines.append(_("⏫ Handed up to {division}", division=thread.raised_to))
    return lines


def _talk(turn: Turn, page: ThreadPage) -> list[str]:
    """What was said, the newest last, as much as fits."""
    lines: list[str] = []
    for said in page.items:
        line = _line(turn, page.thread, said)
        if sum(map(len, [line, *lines])) > MOST_SHOWN and lines:
            lines.insert(0, "…")
            break
        lines.insert(0, line)
    return lines


def _line(turn: Turn, thread: Thread, said: Said) -> str:
    _, moment = turn.words, turn.words.short_moment(said.at, turn.now)
    who = said.author.name if said.author is not None else ""
    match said.event:
        case "said":
            mine = said.side == thread.side
            state = ""
            if mine:
                state = " ✓✓" if said.seen else (" ✓" if said.delivered_at is not None else "")
            name = _("Me") if mine and thread.side == RESIDENT else who
            return f"{name} · {moment}{state}\n{with_files(_, said.text, len(said.attachments)) or '…'}"
        case "taken":
            return _("— {person} answers from here on · {moment}", person=who, moment=moment)
        case "handed_on":
            return _("— {person} has handed it on · {moment}", person=who, moment=moment)
        case "raised":
            return _("— Not answered yet: the next level has been told · {moment}", moment=moment)
        case _:
            return _("— Ended · {moment}", moment=moment)


def _ways_on(turn: Turn, thread: Thread) -> list[Row]:
    """What one may do with a conversation from one's own side."""
    _, closed = turn.words, thread.state == "closed"
    if thread.side == RESIDENT:
        rows: list[Row] = [(button(_("✍️ Ask again") if closed else _("✍️ Write"), ReplyTo(thread.id)),)]
        if not closed:
            rows.append((button(_("🔚 End it"), AskEnd(thread.id)),))
        point = None if thread.about.point is None else thread.about.point.id
        return [*rows, (button(_("☎️ Call instead"), actions.Human(point)),)]
    mine = thread.owner is not None and thread.owner.id == turn.me.id
    if not mine and thread.owner is not None:
        rows = [(button(_("🙋 I take it over"), Take(thread.id)),)] if thread.raised_to and not closed else []
    elif closed:
        rows = [(button(_("✍️ Write again"), ReplyTo(thread.id)),)]
    else:
        rows = [(button(_("✍️ Answer"), ReplyTo(thread.id)),)]
        if not mine:
            rows.append((button(_("🙋 I answer this one"), Take(thread.id)),))
        rows.append(
            (
                button(_("↪️ Hand it on"), HandOnWhom(thread.id)),
                button(_("🔚 End it"), AskEnd(thread.id)),
            )
        )
    return [*rows, (button(_("💬 Letters"), Letters()),)]


async def take(turn: Turn, asked: Take) -> Reply:
    """The conversation is one's own from now on."""
    _ = turn.words
    await turn.acting_as(Correspondent).take(asked.thread)
    return await show_thread(
        turn, ShowThread(asked.thread), _("🙋 You answer this one. Colleagues see that.")
    )


async def ask_end(turn: Turn, asked: AskEnd) -> Reply:
    """Says what ending means, with what was said last in sight."""
    _ = turn.words
    page = await turn.acting_as(Correspondent).thread(asked.thread, LAST_SAID)
    thread = page.thread
    if thread.state == "closed":
        return await show_thread(turn, ShowThread(asked.thread), _("This conversation has ended already."))
    other = partner(thread) if thread.side == RESIDENT else thread.resident.name
    lines = [
        *_talk(turn, page),
        "",
        _("End this conversation? {person} is told. Write again, and it goes on.", person=other),
    ]
    rows = [
        (button(_("🔚 Yes, end it"), End(thread.id, thread.last_number)),),
        (button(_("💬 No, go on"), ShowThread(thread.id)),),
    ]
    return turn.screen("\n".join(lines), rows)


async def end(turn: Turn, asked: End) -> Reply:
    """Ends what was seen; when something more was said meanwhile, shows that instead."""
    _ = turn.words
    try:
        await turn.acting_as(Correspondent).close(asked.thread, asked.number)
    except ApiProblem as problem:
        if not any(reason.code == "newer-message" for reason in problem.reasons):
            raise
        return await show_thread(turn, ShowThread(asked.thread), _("They have just said something more:"))
    await turn.resident.drop_draft()
    return await show_thread(turn, ShowThread(asked.thread), _("🔚 The conversation has ended. Thank you!"))


async def hand_on_whom(turn: Turn, asked: HandOnWhom) -> Reply:
    """To whom: each colleague, and the next level."""
    _ = turn.words
    thread = await turn.acting_as(Correspondent).thread(asked.thread, 1)
    people, more = leaf(thread.colleagues[:MOST_ITEMS], asked.page, A_PAGE)
    rows: list[Row] = [(button(f"👤 {one.name}", AskHandOn(asked.thread, one.id)),) for one in people]
    rows += page_row(_, asked.page, lambda page: HandOnWhom(asked.thread, page), more=more)
    if thread.above is not None:
        above = button(
            _("⏫ To the staff of {division}", division=thread.above), AskHandOn(asked.thread, None)
        )
        rows.append((above,))
    rows.append((button(_("💬 Back to the conversation"), ShowThread(asked.thread)),))
    return turn.screen(
        _("Who should take the letter from {person}?", person=thread.thread.resident.name), rows
    )


async def ask_hand_on(turn: Turn, asked: AskHandOn) -> Reply:
    """Says what handing on means."""
    _ = turn.words
    page = await turn.acting_as(Correspondent).thread(asked.thread, 1)
    whom = _whom(_, page, asked.person)
    text = _(
        "Hand the letter of {resident} on to {person}? They are told at once, and {resident} sees it.",
        resident=page.thread.resident.name,
        person=whom,
    )
    rows = [
        (button(_("↪️ Yes, hand it on"), HandOn(asked.thread, asked.person)),),
        (button(_("💬 No, back"), ShowThread(asked.thread)),),
    ]
    return turn.screen(text, rows)


def _whom(_: Words, page: ThreadPage, person: UUID | None) -> str:
    if person is None:
        return _("the next level") if page.above is None else page.above
    return next((one.name for one in page.colleagues if one.id == person), _("a colleague"))


async def hand_on(turn: Turn, asked: HandOn) -> Reply:
    """Hands it on, and goes back to the letters: it may be out of sight now."""
    _ = turn.words
    await turn.acting_as(Correspondent).hand_on(asked.thread, asked.person)
    shown = await letters(turn, Letters())
    text = "\n\n".join((_("↪️ Handed on."), shown.text))
    return turn.screen(text, shown.rows[:-1])
