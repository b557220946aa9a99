"""What a point writes to those booked: on which day, what, whom it reaches, and only then sent (群发通知)."""

from datetime import date, timedelta
from uuid import UUID

from bot import wire
from bot.conversation.actions.threads import Announce, AnnounceOn, Letters, SendAnnouncement
from bot.conversation.turn import Row, Turn, button
from bot.correspondent import Correspondent
from bot.replies import Incoming, Reply
from bot.texts import DISTRICT_ZONE

ANNOUNCE = "threads_announce"
"""The draft of whoever writes to those booked: `point`, `day`, and what was written."""

LONGEST = 500
DAYS = 4
"""Today and the days after it that are offered."""


async def announce(turn: Turn, asked: Announce) -> Reply:
    """On which day those are booked; and what was written lately, with how many have got it."""
    _ = turn.words
    today = turn.now.astimezone(DISTRICT_ZONE).date()
    rows: list[Row] = [
        (
            button(
                _.day(today + timedelta(days=ahead), turn.now),
                AnnounceOn(asked.point, today + timedelta(days=ahead)),
            ),
        )
        for ahead in range(DAYS)
    ]
    lines = [_("📢 You write to everybody booked at your point on a day. On which?")]
    for one in await turn.acting_as(Correspondent).announced(asked.point):
        sent = _(
            "{moment}: sent to {people}, arrived at {delivered}.",
            moment=_.moment(one.sent_at, turn.now),
            people=one.people,
            delivered="?" if one.delivered is None else one.delivered,
        )
        lines += ["", sent, f"> {one.text}"]
    rows.append((button(_("💬 Letters"), Letters()),))
    return turn.screen("\n".join(lines), rows)


async def announce_on(turn: Turn, asked: AnnounceOn) -> Reply:
    """How many it would reach; what is typed next is what they are to read."""
    _ = turn.words
    impact = await turn.acting_as(Correspondent).impact(asked.point, asked.day)
    other = (button(_("📢 Another day"), Announce(asked.point)),)
    if not impact.people:
        return turn.screen(_("Nobody is booked on that day."), [other])
    if not impact.left_today:
        return turn.screen(_("Your point has written as often today as it may."), [other])
    await turn.resident.keep_draft(ANNOUNCE, {"point": str(asked.point), "day": asked.day.isoformat()})
    text = _(
        "✍️ Please type what they are to read, {number} characters at most. Nothing is sent yet.",
        number=LONGEST,
    )
    return turn.screen("\n".join((_reaches(turn, impact.people, impact.reachable), text)), [other])


def _reaches(turn: Turn, people: int, reachable: int) -> str:
    _ = turn.words
    said = _.plural("{number} person is booked.", "{number} people are booked.", people)
    if reachable == people:
        return said
    return "\n".join((said, _("{number} of them can be reached.", number=reachable)))


async def take_announcement(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """What was typed is shown once more, with whom it reaches and when; a tap sends it."""
    _, text = turn.words, (incoming.text or "").strip()
    point, day = UUID(str(draft.data["point"])), date.fromisoformat(str(draft.data["day"]))
    other = (button(_("📢 Another day"), Announce(point)),)
    if not text or incoming.file is not None:
        return turn.screen(_("I can only pass words on. Please say it in a few words."), [other])
    if len(text) > LONGEST:
        return turn.screen(
            _("That is too long for one message: {number} characters at most.", number=LONGEST), [other]
        )
    impact = await turn.acting_as(Correspondent).impact(point, day)
    data = {"point": str(point), "day": day.isoformat(), "text": text}
    await turn.resident.keep_draft(ANNOUNCE, data)
    lines = [
        _("This is what they will read:"),
        "",
        f"> {text}",
        "",
        _reaches(turn, impact.people, impact.reachable),
    ]
    if impact.goes_out_at > turn.now:
        lines.append(_("It is night: it goes out {moment}.", moment=_.moment(impact.goes_out_at, turn.now)))
    rows = [
        (
            button(
                _.plural("📢 Send to {number} person", "📢 Send to {number} people", impact.people),
                SendAnnouncement(point, day),
            ),
        ),
        (button(_("✍️ Write it anew"), AnnounceOn(point, day)),),
    ]
    return turn.screen("\n".join(lines), rows)


async def send_announcement(turn: Turn, asked: SendAnnouncement) -> Reply:
    """Sends what was shown. What was not written for this point and day, or is gone, is asked for again."""
    _, draft = turn.words, turn.me.draft
    meant = {"point": str(asked.point), "day": asked.day.isoformat()}
    said = None if draft is None or draft.kind != ANNOUNCE else draft.data
    if said is None or not said.get("text") or any(said.get(key) != value for key, value in meant.items()):
        return await announce_on(turn, AnnounceOn(asked.point, asked.day))
    sent = await turn.acting_as(Correspondent).announce(asked.point, asked.day, str(said["text"]))
    await turn.resident.drop_draft()
    text = _.plural("✅ Sent to {number} person.", "✅ Sent to {number} people.", sent.people)
    return turn.screen(
        "\n".join((text, _("How many have got it, you see here later."))),
        [(button(_("📢 What was written"), Announce(asked.point)),)],
    )
