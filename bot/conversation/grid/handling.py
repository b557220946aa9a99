"""What those who answer do: accept, say how it goes, answer, hand over, hand up. Each is shown first and done by a tap."""

from uuid import UUID

from bot import wire
from bot.conversation.actions import grid as actions
from bot.conversation.grid.worklist import back_to, case_facts, show_case, work
from bot.conversation.requests.collecting import body_of, collected, request_of, said_for, sent_lines
from bot.conversation.requests.labels import KINDS, kind_label, owner_label
from bot.conversation.turn import Row, Turn, button, in_rows, leaf, page_row
from bot.grid_working import GridWorker
from bot.replies import Button, Incoming, Reply

NOTE, ANSWER, PUBLISH = "grid_note", "grid_answer", "grid_wish"
"""Kinds of drafts."""
PAGE = 8
LONGEST_WISH = 500


def _back(turn: Turn, request: UUID) -> Row:
    return back_to(turn, actions.Case(request))


async def ask_accept(turn: Turn, asked: actions.AskAccept) -> Reply:
    """What accepting means."""
    _ = turn.words
    request = await turn.acting_as(GridWorker).request(asked.request)
    takes = request.transfer is not None and request.transfer.to_me
    until = _.moment(request.resolve_due_at, turn.now)
    meaning = (
        _(
            "Take it over? It is yours from then on; whoever has it now is told. To be answered by {moment}.",
            moment=until,
        )
        if takes
        else _("Accept it? The resident is told that you have it. To be answered by {moment}.", moment=until)
    )
    rows = [(button(_("✅ Yes, I have it"), actions.AcceptCase(asked.request)),), _back(turn, asked.request)]
    return turn.screen("\n".join([*case_facts(turn, request), "", meaning]), rows)


async def accept(turn: Turn, asked: actions.AcceptCase) -> Reply:
    """Accepts it."""
    _ = turn.words
    request = await turn.acting_as(GridWorker).act(asked.request, "accept")
    return show_case(turn, request, before=_("✅ It is yours, and the resident is told."))


async def ask_decline(turn: Turn, asked: actions.AskDeclineCase) -> Reply:
    """What not taking it over means."""
    _ = turn.words
    request = await turn.acting_as(GridWorker).request(asked.request)
    owner = owner_label(_, request.owner.name, request.owner.rung)
    meaning = _("Not for you? It stays with {owner}, who is told.", owner=owner)
    rows = [
        (button(_("🙅 Yes, not for me"), actions.DeclineCase(asked.request)),),
        _back(turn, asked.request),
    ]
    return turn.screen("\n".join([*case_facts(turn, request), "", meaning]), rows)


async def decline(turn: Turn, asked: actions.DeclineCase) -> Reply:
    """Does not take it over."""
    _ = turn.words
    await turn.acting_as(GridWorker).let_go(asked.request, "decline")
    return await work(turn, actions.Work(), before=_("It stays where it is."))


async def ask_note(turn: Turn, asked: actions.AskNote) -> Reply:
    """Waits for how it goes."""
    _ = turn.words
    await turn.resident.keep_draft(NOTE, {"request": str(asked.request)})
    text = _(
        "📝 How does it go? Type it; photos can come along. The resident and the neighbours who follow read it."
    )
    return turn.screen(text, [_back(turn, asked.request)])


async def take_note(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """How it goes was said."""
    _, request = turn.words, request_of(dict(draft.data))
    return await _taken(
        turn,
        draft,
        incoming,
        ask=_("Please say in a sentence how it goes."),
        lead=_("This goes to the resident and to the neighbours who follow:"),
        send=button(_("✅ Tell them"), actions.SendNote(request)),
    )


async def _taken(
    turn: Turn, draft: wire.Draft, incoming: Incoming, *, ask: str, lead: str, send: Button
) -> Reply:
    """What was said so far, under `lead`, and the button that sends it; `ask` as long as there are no words."""
    said = dict(draft.data)
    back = _back(turn, request_of(said))
    note = await collected(turn, draft.kind, said, incoming)
    if not said.get("text"):
        return turn.screen(note or ask, [back])
    lines = [*([note, ""] if note else []), lead, *sent_lines(turn, said)]
    return turn.screen("\n".join(lines), [(send,), back])


async def send_note(turn: Turn, asked: actions.SendNote) -> Reply:
    """Tells them; without words, they are asked for."""
    _ = turn.words
    said = said_for(turn, NOTE, asked.request)
    if not said.get("text"):
        return await ask_note(turn, actions.AskNote(asked.request))
    request = await turn.acting_as(GridWorker).act(asked.request, "progress", body_of(said))
    await turn.resident.drop_draft()
    return show_case(turn, request, before=_("📝 They are told."))


async def ask_answer(turn: Turn, asked: actions.AskAnswer) -> Reply:
    """Waits for the answer."""
    _ = turn.words
    await turn.resident.keep_draft(ANSWER, {"request": str(asked.request)})
    text = _(
        "🏁 What was done? Type the answer; a photo says more. The resident can have it done again, and rates it."
    )
    return turn.screen(text, [_back(turn, asked.request)])


async def take_answer(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """The answer was said."""
    _, request = turn.words, request_of(dict(draft.data))
    return await _taken(
        turn,
        draft,
        incoming,
        ask=_("Please say in a sentence what was done."),
        lead=_("This is the answer, and the request counts as solved with it:"),
        send=button(_("✅ Answer it"), actions.SendAnswer(request)),
    )


async def send_answer(turn: Turn, asked: actions.SendAnswer) -> Reply:
    """Answers; without words, they are asked for."""
    _ = turn.words
    said = said_for(turn, ANSWER, asked.request)
    if not said.get("text"):
        return await ask_answer(turn, actions.AskAnswer(asked.request))
    request = await turn.acting_as(GridWorker).act(asked.request, "resolve", body_of(said))
    await turn.resident.drop_draft()
    return show_case(turn, request, before=_("🏁 Answered. The resident is told. Thank you!"))


async def to_whom(turn: Turn, asked: actions.ToWhom) -> Reply:
    """Who could take it over."""
    _ = turn.words
    found = await turn.acting_as(GridWorker).takers(asked.request)
    takers, more = leaf(found, asked.page, PAGE)
    rows: list[Row] = []
    for taker in takers:
        label = f"{'🏖 ' if taker.away else ''}{taker.name} · {taker.place}"
        in_hand = _.plural("{number} in hand", "{number} in hand", taker.open)
        detail = (label, _("away today"), in_hand) if taker.away else (label, in_hand)
        rows.append((button(label, actions.AskHandOver(asked.request, taker.id), detail),))
    rows += page_row(_, asked.page, lambda page: actions.ToWhom(asked.request, page), more=more)
    text = _("🔀 Who is to take it over? It stays yours until they accept.")
    return turn.screen(text, [*rows, _back(turn, asked.request)])


async def ask_hand_over(turn: Turn, asked: actions.AskHandOver) -> Reply:
    """What asking somebody means."""
    _, worker = turn.words, turn.acting_as(GridWorker)
    request = await worker.request(asked.request)
    names = [taker.name for taker in await worker.takers(asked.request) if taker.id == asked.to]
    if not names:
        return await to_whom(turn, actions.ToWhom(asked.request))
    until = _.moment(request.due_at, turn.now)
    meaning = _(
        "Ask {name} to take it over? They are told. Until they accept it stays yours, due {moment}.",
        name=names[0],
        moment=until,
    )
    rows = [
        (button(_("🔀 Yes, ask {name}", name=names[0]), actions.HandOver(asked.request, asked.to)),),
        _back(turn, asked.request),
    ]
    return turn.screen("\n".join([*case_facts(turn, request), "", meaning]), rows)


async def hand_over(turn: Turn, asked: actions.HandOver) -> Reply:
    """Asks them."""
    _ = turn.words
    body = {"to_id": str(asked.to), "text": ""}
    request = await turn.acting_as(GridWorker).act(asked.request, "transfer", body)
    return show_case(turn, request, before=_("🔀 They have been asked. Until they accept it stays yours."))


async def ask_up(turn: Turn, asked: actions.AskUp) -> Reply:
    """What handing it up means."""
    _ = turn.words
    request = await turn.acting_as(GridWorker).request(asked.request)
    meaning = _("Hand it one level up? Whoever stands there has it from then on, and the resident is told.")
    rows = [(button(_("⬆️ Yes, hand it up"), actions.HandUp(asked.request)),), _back(turn, asked.request)]
    return turn.screen("\n".join([*case_facts(turn, request), "", meaning]), rows)


async def hand_up(turn: Turn, asked: actions.HandUp) -> Reply:
    """Hands it up."""
    _ = turn.words
    request = await turn.acting_as(GridWorker).act(asked.request, "escalate", {"text": ""})
    owner = owner_label(_, request.owner.name, request.owner.rung)
    return await work(turn, actions.Work(), before=_("⬆️ It is with {owner} now.", owner=owner))


async def ask_kind(turn: Turn, asked: actions.CaseKinds) -> Reply:
    """What it could be about."""
    _ = turn.words
    choices = [button(kind_label(_, kind), actions.CaseIs(asked.request, kind)) for kind in KINDS]
    text = _("🏷 What is it really about? What you tap is noted.")
    return turn.screen(text, [*in_rows(choices, 2), _back(turn, asked.request)])


async def set_kind(turn: Turn, asked: actions.CaseIs) -> Reply:
    """It is about this."""
    request = await turn.acting_as(GridWorker).act(asked.request, "kind", {"kind": asked.kind})
    return show_case(turn, request)


async def ask_publish(turn: Turn, asked: actions.AskPublish) -> Reply:
    """Waits for the words in which volunteers see a wish."""
    _ = turn.words
    await turn.resident.keep_draft(PUBLISH, {"request": str(asked.request)})
    text = _(
        "💝 In which words may volunteers see it? Type them; name nobody, and no address. For example: “An old neighbour "
        "would like a radio”."
    )
    return turn.screen(text, [_back(turn, asked.request)])


async def take_publish(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """The words were said."""
    _, said = turn.words, dict(draft.data)
    id_ = request_of(said)
    note = await collected(turn, PUBLISH, said, incoming, files=False)
    if not said.get("text"):
        return turn.screen(note, [_back(turn, id_)])
    lines = [
        _("Every volunteer can see this, with the community and nothing else:"),
        *sent_lines(turn, said),
    ]
    rows = [(button(_("💝 Yes, let them see it"), actions.Publish(id_)),), _back(turn, id_)]
    return turn.screen("\n".join(lines), rows)


async def publish(turn: Turn, asked: actions.Publish) -> Reply:
    """Lets volunteers see it; without words, they are asked for."""
    _ = turn.words
    said = said_for(turn, PUBLISH, asked.request)
    if not said.get("text"):
        return await ask_publish(turn, actions.AskPublish(asked.request))
    body = {"text": str(said["text"])[:LONGEST_WISH]}
    request = await turn.acting_as(GridWorker).act(asked.request, "publish-wish", body)
    await turn.resident.drop_draft()
    return show_case(turn, request, before=_("💝 Volunteers can see it now."))
