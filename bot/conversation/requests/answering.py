"""What residents do with an answer: have it done again, rate it; withdraw; follow no more."""

from bot import wire
from bot.conversation.actions import requests as actions
from bot.conversation.requests.collecting import Said, body_of, collected, request_of, said_for, sent_lines
from bot.conversation.requests.labels import owner_label
from bot.conversation.requests.showing import facts, my_requests, show_request
from bot.conversation.turn import Row, Turn, button
from bot.replies import Incoming, Reply
from bot.requesting import Requester

REOPEN, RATING = "request_reopen", "request_rating"
"""Kinds of drafts."""
MOST_STARS = 5


def _back(turn: Turn, asked: actions.ShowRequest) -> Row:
    _ = turn.words
    return (button(_("↩️ Back to the request"), asked),)


async def ask_reopen(turn: Turn, asked: actions.AskReopen) -> Reply:
    """Waits for why."""
    _ = turn.words
    await turn.resident.keep_draft(REOPEN, {"request": str(asked.request)})
    text = _(
        "🔁 What is not solved? Say it in a sentence; photos help. It then goes back to the person who answers."
    )
    return turn.screen(text, [_back(turn, actions.ShowRequest(asked.request))])


async def take_reopen(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """Why was said."""
    _, said = turn.words, dict(draft.data)
    id_ = request_of(said)
    note = await collected(turn, REOPEN, said, incoming)
    if not said.get("text"):
        return turn.screen(
            note or _("Please say in a sentence what is not solved."),
            [_back(turn, actions.ShowRequest(id_))],
        )
    request = await turn.acting_as(Requester).request(id_)
    owner = owner_label(_, request.owner.name, request.owner.rung)
    lines = [
        *([note, ""] if note else []),
        _("It will go back to {owner}, with a new deadline, and this:", owner=owner),
        *sent_lines(turn, said),
    ]
    rows = [(button(_("✅ Have it done again"), actions.Reopen(id_)),), _back(turn, actions.ShowRequest(id_))]
    return turn.screen("\n".join(lines), rows)


async def reopen(turn: Turn, asked: actions.Reopen) -> Reply:
    """Has it done again; without words, they are asked for."""
    _ = turn.words
    said = said_for(turn, REOPEN, asked.request)
    if not said.get("text"):
        return await ask_reopen(turn, actions.AskReopen(asked.request))
    request = await turn.acting_as(Requester).act(asked.request, "reopen", body_of(said))
    await turn.resident.drop_draft()
    return show_request(turn, request, before=_("🔁 It has gone back. I will tell you each step."))


async def ask_rate(turn: Turn, asked: actions.AskRate) -> Reply:
    """How many stars."""
    _ = turn.words
    request = await turn.acting_as(Requester).request(asked.request)
    lines = [*facts(turn, request), "", _("⭐ How good was the answer?")]
    rows = [
        (button("⭐" * stars, actions.Stars(asked.request, stars)),) for stars in range(MOST_STARS, 0, -1)
    ]
    return turn.screen("\n".join(lines), [*rows, _back(turn, actions.ShowRequest(asked.request))])


async def stars(turn: Turn, asked: actions.Stars) -> Reply:
    """What it would mean; a word can be added."""
    await turn.resident.keep_draft(RATING, {"request": str(asked.request), "stars": asked.stars})
    return _rating(turn, asked, "")


def _rating(turn: Turn, asked: actions.Stars, text: str) -> Reply:
    _ = turn.words
    number = min(max(1, asked.stars), MOST_STARS)
    said = (
        _("“{text}” goes with it.", text=text)
        if text
        else _("If you would like to add a few words, type them now.")
    )
    lines = [
        _.plural("You give {number} star.", "You give {number} stars.", number),
        said,
        _("The request is closed with it."),
    ]
    rows = [
        (button(_("✅ Send the rating"), actions.Rate(asked.request, number)),),
        (button(_("⭐ Other stars"), actions.AskRate(asked.request)),),
        _back(turn, actions.ShowRequest(asked.request)),
    ]
    return turn.screen("\n".join(lines), rows)


async def take_rating(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """A word was said with the stars."""
    said = dict(draft.data)
    await collected(turn, RATING, said, incoming, files=False)
    given = said.get("stars")
    number = given if isinstance(given, int) else MOST_STARS
    return _rating(turn, actions.Stars(request_of(said), number), str(said.get("text") or ""))


async def rate(turn: Turn, asked: actions.Rate) -> Reply:
    """Rates the answer."""
    _ = turn.words
    comment = str(said_for(turn, RATING, asked.request).get("text") or "")[:1000]
    body: Said = {"stars": min(max(1, asked.stars), MOST_STARS), "comment": comment}
    request = await turn.acting_as(Requester).act(asked.request, "rate", body)
    await turn.resident.drop_draft()
    return show_request(turn, request, before=_("Thank you for the rating. It is passed on."))


async def ask_withdraw(turn: Turn, asked: actions.AskWithdrawRequest) -> Reply:
    """What it would mean."""
    _ = turn.words
    request = await turn.acting_as(Requester).request(asked.request)
    lines = [
        *facts(turn, request),
        "",
        _("Withdraw it? Nobody works on it then. Whoever has it, and follows it, is told."),
    ]
    rows = [
        (button(_("↩️ Yes, withdraw it"), actions.WithdrawRequest(asked.request)),),
        (button(_("No, keep it"), actions.ShowRequest(asked.request)),),
    ]
    return turn.screen("\n".join(lines), rows)


async def withdraw(turn: Turn, asked: actions.WithdrawRequest) -> Reply:
    """Withdraws it."""
    _ = turn.words
    request = await turn.acting_as(Requester).act(asked.request, "withdraw", {"text": ""})
    return show_request(turn, request, before=_("It is withdrawn."))


async def ask_unfollow(turn: Turn, asked: actions.AskUnfollow) -> Reply:
    """What it would mean."""
    _ = turn.words
    request = await turn.acting_as(Requester).request(asked.request)
    lines = [*facts(turn, request), "", _("Follow it no more? You are told nothing further of it.")]
    rows = [
        (button(_("🔕 Yes, follow it no more"), actions.Unfollow(asked.request)),),
        (button(_("No, keep it"), actions.ShowRequest(asked.request)),),
    ]
    return turn.screen("\n".join(lines), rows)


async def unfollow(turn: Turn, asked: actions.Unfollow) -> Reply:
    """Follows it no more."""
    await turn.acting_as(Requester).let_go(asked.request, "unfollow")
    return await my_requests(turn, actions.MyRequests(1))
