"""A leader signs people of the team up for a shift: who comes is chosen at taps, and all of them or none are signed up.

The chosen ones are kept in the draft, since no button could carry them.
"""

import asyncio
from uuid import UUID

from pydantic import JsonValue

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.volunteer_shifts import MyShifts, Shifts, ShowShift, ShowSignup
from bot.conversation.actions.volunteers import AskParty, Party, PutInParty, ShowTeam, SignPartyUp, Teams
from bot.conversation.labels import listed
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.conversation.volunteering.reasons import reasons_lines
from bot.conversation.volunteering.teams import MEMBER
from bot.conversation.volunteering.words import led_by, place_row, shift_lines, shift_row, signup_state
from bot.replies import Incoming, Reply
from bot.volunteer import Volunteer, shifts_instead
from bot.wire import rosters, volunteers

DRAFT = "volunteer_party"
"""Who of a team is to come to a shift; waits for names, too."""

MOST = 50
"""People that one order signs up at most."""

GIVEN_UP = frozenset({"withdrawn", "refused"})


async def choose_party(turn: Turn, wanted: Party) -> Reply:
    """Begin to choose: the members of the team, none of them chosen yet; those who are on the shift already are named."""
    volunteer = turn.acting_as(Volunteer)
    team, shift = await asyncio.gather(volunteer.team(wanted.team), volunteer.shift(wanted.shift))
    if not led_by(team, turn.me.id):
        return _not_yours(turn)
    data: dict[str, JsonValue] = {"shift": str(shift.id), "team": str(team.id), "people": []}
    await volunteer.keep_draft(DRAFT, data)
    return _party_screen(turn, team, shift, [])


def _not_yours(turn: Turn) -> Reply:
    _ = turn.words
    return turn.screen(
        _("Only its leader signs people of a team up."), [(button(_("👥 My teams"), Teams()),)]
    )


def _chosen(draft: wire.Draft | None) -> tuple[UUID, UUID, list[UUID]] | None:
    """The shift, the team and the people of the draft; None when there is none (any more)."""
    if draft is None or draft.kind != DRAFT:
        return None
    people = draft.data.get("people")
    chosen = [UUID(str(one)) for one in people] if isinstance(people, list) else []
    return UUID(str(draft.data["shift"])), UUID(str(draft.data["team"])), chosen


async def put_in_party(turn: Turn, order: PutInParty) -> Reply:
    """Choose somebody, or leave them out."""
    known = _chosen(turn.me.draft)
    if known is None or known[1] != order.team:
        return _forgotten(turn, order.team)
    return await _choose(turn, known, {order.person}, on=bool(order.on))


async def _choose(
    turn: Turn, known: tuple[UUID, UUID, list[UUID]], people: set[UUID], *, on: bool, before: str = ""
) -> Reply:
    shift_id, team_id, chosen = known
    volunteer = turn.acting_as(Volunteer)
    team, shift = await asyncio.gather(volunteer.team(team_id), volunteer.shift(shift_id))
    members = [one.person.id for one in team.members if one.status == MEMBER]
    now_chosen = [one for one in members if (one in people and on) or (one in chosen and one not in people)][
        :MOST
    ]
    data: dict[str, JsonValue] = {
        "shift": str(shift_id),
        "team": str(team_id),
        "people": [str(one) for one in now_chosen],
    }
    await volunteer.keep_draft(DRAFT, data)
    return _party_screen(turn, team, shift, now_chosen, before)


def _forgotten(turn: Turn, team: UUID) -> Reply:
    """The choice is not kept any more: where to begin again."""
    _ = turn.words
    rows: list[Row] = [
        (button(_("🙋 Choose a shift and sign people up"), Shifts()),),
        (button(_("👥 The team"), ShowTeam(team)),),
    ]
    return turn.screen(_("I do not have this choice any more. Please choose the shift again."), rows)


def _party_screen(
    turn: Turn, team: volunteers.Team, shift: rosters.ShiftForMe, chosen: list[UUID], before: str = ""
) -> Reply:
    _ = turn.words
    parts = [
        *([before] if before else []),
        _("Who of {team} comes? Tap, or send me names. ✓ are those chosen.", team=team.name),
        "\n".join(shift_lines(turn, shift)),
        _.plural("{number} person is wanted", "{number} people are wanted", shift.free),
    ]
    buttons = [
        button(
            f"✓ {one.person.name}" if one.person.id in chosen else one.person.name,
            PutInParty(team.id, one.person.id, int(one.person.id not in chosen)),
        )
        for one in team.members
        if one.status == MEMBER
    ]
    rows: list[Row] = in_rows(buttons, 2)
    if chosen:
        label = _.plural("➡️ Go on with {number} person", "➡️ Go on with {number} people", len(chosen))
        rows.append((button(label, AskParty()),))
    rows.append((button(_("↩️ Back to the shift"), ShowShift(shift.id)),))
    return turn.screen("\n\n".join(parts), rows, point=shift.point.id)


async def take_names(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """Choose those who were named; whoever is not of the team is not found."""
    _ = turn.words
    known = _chosen(draft)
    said = incoming.text or ""
    if known is None:
        return _not_yours(turn)
    team = await turn.acting_as(Volunteer).team(known[1])
    named = {
        one.person.id
        for one in team.members
        if one.status == MEMBER and one.person.name and one.person.name in said
    }
    before = "" if named else _("I find nobody of that name in the team.")
    return await _choose(turn, known, named, on=True, before=before)


async def ask_party(turn: Turn, _asked: AskParty) -> Reply:
    """Who exactly is signed up for what, and the button that does it."""
    _ = turn.words
    known = _chosen(turn.me.draft)
    if known is None or not known[2]:
        return turn.screen(
            _("I do not have this choice any more. Please choose the shift again."),
            [
                (button(_("🙋 Choose a shift and sign people up"), Shifts()),),
                (button(_("👥 My teams"), Teams()),),
            ],
        )
    shift_id, team_id, chosen = known
    volunteer = turn.acting_as(Volunteer)
    team, shift = await asyncio.gather(volunteer.team(team_id), volunteer.shift(shift_id))
    names = [one.person.name for one in team.members if one.person.id in chosen]
    parts = [
        _("Sign these people of {team} up?", team=team.name),
        listed(_, names),
        "\n".join(shift_lines(turn, shift)),
        _("All of them get a place, or none. Each is told, and can withdraw."),
    ]
    label = _.plural("✅ Yes, sign {number} person up", "✅ Yes, sign {number} people up", len(names))
    rows: list[Row] = [
        (button(label, SignPartyUp(shift_id, team_id)),),
        (button(_("✏️ Choose anew"), Party(shift_id, team_id)),),
        (button(_("↩️ Back to the shift"), ShowShift(shift_id)),),
    ]
    return turn.screen("\n\n".join(parts), rows, point=shift.point.id)


async def sign_party_up(turn: Turn, order: SignPartyUp) -> Reply:
    """Sign them up. Where the choice is not kept any more it was done already, and those who are on the shift are shown."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    known = _chosen(turn.me.draft)
    if known is None or known[:2] != (order.shift, order.team) or not known[2]:
        return await _on_shift(turn, order)
    try:
        signups = await volunteer.sign_team_up(order.shift, order.team, known[2])
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        return await _refused(turn, order, problem)
    await volunteer.drop_draft()
    text = _.plural(
        "✅ {number} person is signed up. Thank you!",
        "✅ {number} people are signed up. Thank you!",
        len(signups),
    )
    return _signups_screen(turn, order, signups, text)


async def _on_shift(turn: Turn, order: SignPartyUp) -> Reply:
    _ = turn.words
    signups = await turn.acting_as(Volunteer).of_team(order.shift)
    there = [
        one
        for one in signups
        if one.team is not None and one.team.id == order.team and one.status not in GIVEN_UP
    ]
    if not there:
        return _forgotten(turn, order.team)
    return _signups_screen(turn, order, there, _("These people of your team are on it:"))


def _signups_screen(
    turn: Turn, order: SignPartyUp, signups: tuple[rosters.Signup, ...] | list[rosters.Signup], text: str
) -> Reply:
    _ = turn.words
    rows = [
        place_row(turn, "✔", one.shift, f"{one.person.name} · {signup_state(turn, one)}", ShowSignup(one.id))
        for one in signups
    ]
    last: list[Row] = [
        (
            button(_("↩️ Back to the shift"), ShowShift(order.shift)),
            button(_("👥 The team"), ShowTeam(order.team)),
        ),
        (button(_("🗓 My shifts"), MyShifts()),),
    ]
    return turn.screen(text, [*rows, *last])


async def _refused(turn: Turn, order: SignPartyUp, problem: ApiProblem) -> Reply:
    """Every reason, under the name of whom it is about."""
    _ = turn.words
    team = await turn.acting_as(Volunteer).team(order.team)
    names = {one.person.id: one.person.name for one in team.members}
    lines: list[str] = []
    for person in dict.fromkeys(reason.person_id for reason in problem.reasons):
        of_them = [reason for reason in problem.reasons if reason.person_id == person]
        name = names.get(person) if person is not None else None
        lines += [*([name] if name else []), *reasons_lines(turn, of_them)]
    parts = [_("I am sorry, that is not possible. Nobody was signed up:"), "\n".join(lines)]
    rows: list[Row] = [
        shift_row(turn, number, shift, Party(shift.id, order.team))
        for number, shift in enumerate(shifts_instead(problem), 1)
    ]
    rows += [
        (button(_("✏️ Choose anew"), Party(order.shift, order.team)),),
        (button(_("🙋 Other shifts"), Shifts()), button(_("👥 The team"), ShowTeam(order.team))),
    ]
    return turn.screen("\n\n".join(parts), rows)
