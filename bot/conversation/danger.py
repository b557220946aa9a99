"""Words of danger, on whatever screen they are said: whom to call comes first, and nothing is changed by them."""

from collections.abc import Sequence
from dataclasses import replace

from bot import wire
from bot.conversation import home
from bot.conversation.actions.requests import Tell
from bot.conversation.actions.threads import GoOn
from bot.conversation.turn import Row, Turn, button, footer
from bot.replies import Button, Reply
from bot.texts import Words
from bot.understanding.dangers import AMBULANCE, FIRE, LIFELINE, POLICE

CALM = "calm"
"""What a draft has when the person said that it is not urgent: then what they say goes where it belongs."""

MINUTES = 60
"""So long a draft waits on for whoever said so."""


def show_danger(turn: Turn, numbers: Sequence[str]) -> Reply:
    """Whom to call, at once; then a human, and the way back. A draft waits on, untouched."""
    _ = turn.words
    rows: list[Row] = call_rows(_, numbers)
    if turn.me.draft is None:
        rows.append((button(_("📣 Report something"), Tell()),))
    else:
        rows.append((button(_("↩️ It is not urgent: go on"), GoOn()),))
    return turn.screen(_whole_text(_, numbers), rows)


def show_danger_alone(_: Words, numbers: Sequence[str]) -> Reply:
    """The same when nothing is known of the person, because the API is away."""
    return Reply(_whole_text(_, numbers), (*call_rows(_, numbers), footer(_)))


def _whole_text(_: Words, numbers: Sequence[str]) -> str:
    rest = _("You can also ask a person, below. What you have here stays as it is.")
    return "\n\n".join([danger_text(_, numbers), rest])


def on_top(_: Words, reply: Reply, numbers: Sequence[str]) -> Reply:
    """A screen with the numbers above everything else, for words that go to people all the same."""
    if not numbers:
        return reply
    text = "\n\n".join([danger_text(_, numbers), reply.text])
    return replace(reply, text=text, rows=(*call_rows(_, numbers), *reply.rows))


def danger_text(_: Words, numbers: Sequence[str]) -> str:
    """Whom to call, in plain words; others for somebody who may not want to live."""
    if LIFELINE in numbers:
        return _(
            "💛 This must be very hard, and you are not alone. Please call {line} now: somebody will listen. "
            "If there is danger, call {numbers}.",
            line=LIFELINE,
            numbers=" / ".join(number for number in numbers if number != LIFELINE),
        )
    return _(
        "🚨 If somebody is in danger, call now: {numbers}. Do not wait for an answer here!",
        numbers=" / ".join(numbers),
    )


def call_rows(_: Words, numbers: Sequence[str]) -> list[Row]:
    """Buttons that call these numbers; the line for people in a crisis comes first."""
    names = {
        LIFELINE: _("💛 Somebody who listens {number}", number=LIFELINE),
        AMBULANCE: _("🚑 Ambulance {number}", number=AMBULANCE),
        FIRE: _("🚒 Fire brigade {number}", number=FIRE),
        POLICE: _("🚓 Police {number}", number=POLICE),
    }
    ordered = sorted(numbers, key=lambda number: number != LIFELINE)
    return [(Button(names[number], url=f"tel:{number}"),) for number in ordered]


def is_calm(draft: wire.Draft | None) -> bool:
    """Whether the person said that what they are about to say is not urgent."""
    return draft is not None and draft.data.get(CALM) is True


async def go_on(turn: Turn, _asked: GoOn) -> Reply:
    """It is not urgent: what is said next goes where it was to go, whatever its words."""
    draft = turn.me.draft
    if draft is None:
        return home.show_home(turn)
    await turn.resident.keep_draft(draft.kind, {**draft.data, CALM: True}, MINUTES)
    _ = turn.words
    return turn.screen(_("All right. Please say it once more, and it goes where you were."))
