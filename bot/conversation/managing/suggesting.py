"""A suggested roster: shown with its reasons, and proposed to its volunteers by one tap."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from pydantic import ValidationError

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.managers import Day
from bot.conversation.actions.rostering import Propose, Shifts, Suggest
from bot.conversation.managing.access import manager, refused, without_draft
from bot.conversation.managing.labels import today
from bot.conversation.managing.seeing import once
from bot.conversation.turn import Row, Turn, button
from bot.replies import Incoming, Reply
from bot.wire import managing as view

DRAFT = "managing_suggestion"
A_WEEK = 7
MOST = 40
"""So many choices are shown and proposed at once; a draft holds no more than some thousand characters."""

Chosen = Sequence[tuple[UUID, UUID]]


async def suggest(turn: Turn, wanted: Suggest) -> Reply:
    """Who could take the free places of a week, by every rule. Nothing is changed by looking."""
    _ = turn.words
    first = max(wanted.first, today(turn))
    keeper = manager(turn)
    last = first + timedelta(days=A_WEEK - 1)
    suggestion = await keeper.suggest(wanted.point, first, last)
    choices = suggestion.choices[:MOST]
    if not choices:
        text = _(
            "For these days nobody can be suggested: no place is free, or nobody who may take one has time."
        )
        return turn.screen(text, _back(turn, wanted.point))
    titles = {one.id: one.title for one in (await keeper.coverage(wanted.point, first, last)).shifts}
    number = once(turn)
    await turn.resident.keep_draft(
        DRAFT,
        {
            "number": number,
            "chosen": [[str(one.shift_id), str(one.person.id)] for one in choices],
        },
    )
    lines = [_("💡 I suggest:"), ""]
    lines += [_choice_line(turn, one, titles.get(one.shift_id, "")) for one in choices]
    lines += ["", _("Each of them is asked, and has the place once they say yes.")]
    label = _.plural("📣 Ask {number} person", "📣 Ask all {number} people", len(choices))
    rows = [(button(label, Propose(wanted.point, number)),), *_back(turn, wanted.point)]
    return turn.screen("\n".join(lines), rows)


def _choice_line(turn: Turn, choice: view.Choice, title: str) -> str:
    _ = turn.words
    when = f"{_.short_moment(choice.start, turn.now)} {title}"
    parts = ["• " + _("{what}: {value}", what=when, value=choice.person.name)]
    if choice.known:
        parts.append(_("has been here {number} times", number=choice.known))
    if choice.distance_m is not None:
        parts.append(_.distance(choice.distance_m))
    return " · ".join(parts)


def _back(turn: Turn, point: UUID) -> list[Row]:
    _ = turn.words
    return [(button(_("🙋 All shifts"), Shifts(point)), button(_("📋 Today"), Day(point)))]


async def propose(turn: Turn, order: Propose) -> Reply:
    """Ask them. The suggestion that was shown, no other; done already, the shifts are shown."""
    _ = turn.words
    chosen = _chosen(turn, order.once)
    if chosen is None:
        text = _(
            "That suggestion is not there any more, or its people are asked already. The shifts show who is on them."
        )
        return turn.screen(text, _back(turn, order.point))
    try:
        proposals = await manager(turn).propose(order.point, chosen, once=order.once)
    except ApiProblem as problem:
        return refused(turn, problem, tuple(_back(turn, order.point)))
    turn = await without_draft(turn)
    lines = [
        _.plural("📣 {number} person is asked.", "📣 {number} people are asked.", len(proposals.proposed)),
        _(", ").join(dict.fromkeys(one.person.name for one in proposals.proposed)),
    ]
    if proposals.refused:
        lines.append(
            _.plural(
                "{number} place changed meanwhile and was left out.",
                "{number} places changed meanwhile and were left out.",
                len(proposals.refused),
            )
        )
    return turn.screen("\n".join(lines), _back(turn, order.point))


def _chosen(turn: Turn, number: int) -> Chosen | None:
    draft = turn.me.draft
    if draft is None or draft.kind != DRAFT:
        return None
    try:
        kept = view.DraftOfSuggestion.model_validate(draft.data)
    except ValidationError:
        return None
    return kept.chosen if kept.number == number else None


async def take(turn: Turn, _draft: wire.Draft, _incoming: Incoming) -> Reply:
    """Words are no answer to a suggestion: it is given up, and said how to go on."""
    _ = turn.words
    turn = await without_draft(turn)
    return turn.screen(_("The suggestion is put aside. You can type again what you want, or tap."))
