"""Inviting somebody of the family: who acts for whom, what they are to each other, and the code."""

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.family import (
    AskInvite,
    Family,
    Invite,
    InviteAs,
    InviteWho,
    SayRelation,
)
from bot.conversation.refusal import reasons_text
from bot.conversation.turn import Turn, button, in_rows
from bot.kin import Kin
from bot.replies import Incoming, Reply

RELATION = "family_relation"
"""The draft that waits for a relation in words, and then keeps it."""

OWN = "own"
LONGEST = 20


def relations(turn: Turn) -> dict[str, str]:
    """What people are to each other, by the key that a button carries."""
    _ = turn.words
    return {
        "mother": _("Mother"),
        "father": _("Father"),
        "spouse": _("Spouse"),
        "child": _("Child"),
        "grandma": _("Grandmother"),
        "grandpa": _("Grandfather"),
        "sibling": _("Brother or sister"),
        "friend": _("Neighbour or friend"),
    }


def invite_who(turn: Turn, _wanted: InviteWho) -> Reply:
    """Who is to act for whom?"""
    _ = turn.words
    text = _("Who should book for whom? The other one has to agree, with a code that I give you.")
    rows = (
        (button(_("I book for somebody"), InviteAs(1)),),
        (button(_("Somebody books for me"), InviteAs(0)),),
        (button(_("↩️ My family"), Family()),),
    )
    return turn.screen(text, rows)


def invite_as(turn: Turn, wanted: InviteAs) -> Reply:
    """What is the one who is acted for to the one who acts?"""
    _ = turn.words
    text = _("Who are they to you?") if wanted.i_act else _("Who are you to the one who will book for you?")
    buttons = [button(label, AskInvite(wanted.i_act, key, 1)) for key, label in relations(turn).items()]
    rows = [
        *in_rows(buttons, 2),
        (button(_("✍️ Somebody else"), SayRelation(wanted.i_act)),),
        (button(_("↩️ Back"), InviteWho()),),
    ]
    return turn.screen(text, rows)


async def say_relation(turn: Turn, wanted: SayRelation) -> Reply:
    """Waits for the relation in words."""
    _ = turn.words
    await turn.resident.keep_draft(RELATION, {"i_act": wanted.i_act})
    rows = ((button(_("↩️ Back"), InviteAs(wanted.i_act)),),)
    return turn.screen(_("Please write in a word what they are: aunt, for example."), rows)


async def take_relation(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply | None:
    """Keeps the relation, and asks."""
    _ = turn.words
    i_act = int(draft.data.get("i_act") == 1)
    if "words" in draft.data:
        return None
    words = " ".join((incoming.text or "").split())
    if not words or len(words) > LONGEST:
        rows = ((button(_("↩️ Back"), InviteAs(i_act)),),)
        return turn.screen(_("One word is enough, please: aunt, for example."), rows)
    await turn.resident.keep_draft(RELATION, {"i_act": i_act, "words": words})
    return _question(turn, AskInvite(i_act, OWN, 1), words)


def ask_invite(turn: Turn, wanted: AskInvite) -> Reply:
    """What the invitation would be, and the button that makes the code."""
    relation = _relation(turn, wanted.relation)
    if relation is None:
        return invite_as(turn, InviteAs(wanted.i_act))
    return _question(turn, wanted, relation)


def _question(turn: Turn, wanted: AskInvite, relation: str) -> Reply:
    _ = turn.words
    if wanted.relation != OWN:
        relation = relation[:1].lower() + relation[1:]  # a label, here within a sentence
    what = (
        _(
            "You will be able to book, change and cancel for your {relation}, and to see those bookings.",
            relation=relation,
        )
        if wanted.i_act
        else _(
            "Whoever enters the code will be able to book, change and cancel for you ({relation}), and to see your bookings.",
            relation=relation,
        )
    )
    told = (
        _("Both of you are told about what is booked.")
        if wanted.tell_both
        else _("Only the one who books is told about it.")
    )
    other = 0 if wanted.tell_both else 1
    toggle = _("🔔 Tell both") if other else _("🔕 Tell only the one who books")
    rows = (
        (button(_("✅ Make the code"), Invite(int(bool(wanted.i_act)), wanted.relation, wanted.tell_both)),),
        (button(toggle, AskInvite(wanted.i_act, wanted.relation, other)),),
        (button(_("↩️ Back"), InviteAs(wanted.i_act)),),
    )
    ends = _("It begins when they enter the code, and either of you can end it at any time.")
    return turn.screen(f"{what}\n{told}\n\n{ends}", rows)


async def invite(turn: Turn, order: Invite) -> Reply:
    """Make the code, and say what to do with it."""
    _ = turn.words
    relation = _relation(turn, order.relation)
    if relation is None:
        return invite_as(turn, InviteAs(order.i_act))
    back = ((button(_("↩️ My family"), Family()),),)
    try:
        made = await turn.acting_as(Kin).invite(
            relation, i_act=order.i_act == 1, tell_both=order.tell_both == 1
        )
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        return turn.screen(reasons_text(turn, problem), back)
    if turn.me.draft is not None:
        await turn.resident.drop_draft()
    text = _(
        "The code is: {code}\n\nTell it only to the one you mean. They open this chat, tap “My family”, then “Enter a code”. "
        "It is valid until {moment}.",
        code=made.code,
        moment=_.moment(made.expires_at, turn.now),
    )
    return turn.screen(text, back)


def _relation(turn: Turn, key: str) -> str | None:
    """The relation in words; None when the words are not kept any more."""
    if key != OWN:
        return relations(turn).get(key)
    draft = turn.me.draft
    words = draft.data.get("words") if draft is not None and draft.kind == RELATION else None
    return words if isinstance(words, str) else None
