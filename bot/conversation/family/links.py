"""Household links: all of them, one of them, who is told, and ending one."""

from collections.abc import Iterator
from uuid import UUID

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.family import (
    AskEndLink,
    EndLink,
    EnterCode,
    Family,
    InviteWho,
    ShowLink,
    TellBoth,
)
from bot.conversation.actions.standing import Pauses
from bot.conversation.turn import Row, Turn, button
from bot.kin import Kin
from bot.replies import Reply

GONE = 404


async def show_family(turn: Turn, _wanted: Family) -> Reply:
    """For whom I act, who acts for me, and what I have invited to."""
    return family_screen(turn, await turn.acting_as(Kin).household())


def family_screen(turn: Turn, household: wire.Household, before: str = "") -> Reply:
    """The household. `before` is said first: what has just happened."""
    _ = turn.words
    parts = [before] if before else []
    if household.i_act_for:
        names = "\n".join(
            "• " + _("{name} ({relation})", name=one.name, relation=one.relation)
            for one in household.i_act_for
        )
        parts.append(_("You may book for:\n{names}", names=names))
    if household.they_act_for_me:
        names = "\n".join(f"• {one.name}" for one in household.they_act_for_me)
        parts.append(_("May book for you:\n{names}", names=names))
    if not household.i_act_for and not household.they_act_for_me:
        parts.append(
            _("One of the family can book for another, when both agree. Nobody does so for you yet.")
        )
    parts += [
        _(
            "An invitation ({relation}) is open until {moment}.",
            relation=one.relation,
            moment=_.moment(one.expires_at, turn.now),
        )
        for one in household.invitations
    ]
    rows: list[Row] = [(button(label, ShowLink(link)),) for label, link in _labels(turn, household)]
    rows += [
        (button(_("➕ Invite somebody"), InviteWho()), button(_("🔢 Enter a code"), EnterCode())),
        (button(_("⏸ Pauses"), Pauses()),),
    ]
    return turn.screen("\n\n".join(parts), rows)


def _labels(turn: Turn, household: wire.Household) -> Iterator[tuple[str, UUID]]:
    _ = turn.words
    for one in household.i_act_for:
        yield _("I book for {name}", name=one.name), one.id
    for one in household.they_act_for_me:
        yield _("{name} books for me", name=one.name), one.id


async def show_link(turn: Turn, wanted: ShowLink) -> Reply:
    """One link: who may do what, who is told, and how to change that."""
    household = await turn.acting_as(Kin).household()
    link, i_act = _found(household, wanted.link)
    if link is None:
        return _gone(turn, household)
    return _link_screen(turn, link, i_act=i_act)


def _link_screen(turn: Turn, link: wire.Link, *, i_act: bool, before: str = "") -> Reply:
    _ = turn.words
    may = (
        _("You may book, change and cancel for {name} ({relation}).", name=link.name, relation=link.relation)
        if i_act
        else _("{name} may book, change and cancel for you.", name=link.name)
    )
    if link.notify_relative:
        told = _("Both of you are told about what is booked.")
        label = _("🔕 Tell only the one who books") if i_act else _("🔕 Do not tell me")
        change = button(label, TellBoth(link.id, 0))
    else:
        told = _("Only the one who books is told about it.")
        change = button(_("🔔 Tell both"), TellBoth(link.id, 1))
    rows: list[Row] = [
        (change,),
        (button(_("✖️ End this"), AskEndLink(link.id)),),
        (button(_("↩️ My family"), Family()),),
    ]
    return turn.screen("\n\n".join([*([before] if before else []), f"{may}\n{told}"]), rows)


async def tell_both(turn: Turn, order: TellBoth) -> Reply:
    """Say who is told; the button has said what."""
    _ = turn.words
    try:
        link = await turn.acting_as(Kin).tell_both(order.link, both=order.on == 1)
    except ApiProblem as problem:
        if problem.status != GONE:
            raise
        return _gone(turn, await turn.acting_as(Kin).household())
    i_act = any(one.person_id == link.person_id for one in turn.me.household)
    return _link_screen(turn, link, i_act=i_act, before=_("It is changed."))


async def ask_end(turn: Turn, wanted: AskEndLink) -> Reply:
    """What ending means, and the button that ends it."""
    _ = turn.words
    household = await turn.acting_as(Kin).household()
    link, i_act = _found(household, wanted.link)
    if link is None:
        return _gone(turn, household)
    text = (
        _("You will not be able to book for {name} any more.", name=link.name)
        if i_act
        else _("{name} will not be able to book for you any more.", name=link.name)
    )
    text = f"{text} " + _("What is booked stays booked. To begin again, both must agree anew.")
    rows = (
        (button(_("✖️ Yes, end it with {name}", name=link.name), EndLink(link.id)),),
        (button(_("↩️ No, leave it"), ShowLink(link.id)),),
    )
    return turn.screen(text, rows)


async def end(turn: Turn, order: EndLink) -> Reply:
    """End it. Ended already is as good."""
    _ = turn.words
    kin = turn.acting_as(Kin)
    try:
        await kin.end(order.link)
    except ApiProblem as problem:
        if problem.status != GONE:
            raise
    return family_screen(turn, await kin.household(), _("It has ended. What was booked stays booked."))


def _gone(turn: Turn, household: wire.Household) -> Reply:
    _ = turn.words
    return family_screen(turn, household, _("This has ended already."))


def _found(household: wire.Household, link: UUID) -> tuple[wire.Link | None, bool]:
    """The link, and whether it is me who acts in it."""
    for one in household.i_act_for:
        if one.id == link:
            return one, True
    for one in household.they_act_for_me:
        if one.id == link:
            return one, False
    return None, False
