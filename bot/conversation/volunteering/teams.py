"""Teams: finding one by its code or name, joining and leaving; and what a leader does with it."""

from uuid import UUID

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.volunteer_shifts import Shifts, Volunteering
from bot.conversation.actions.volunteers import (
    Admit,
    AllTeams,
    AskAdmit,
    AskJoin,
    AskLeaveTeam,
    FindTeam,
    Join,
    JoinTeam,
    LeaveTeam,
    ShowTeam,
    Teams,
)
from bot.conversation.turn import Row, Turn, button, leaf, limit_for, page_row
from bot.conversation.volunteering.consent import has_agreed
from bot.conversation.volunteering.entrance import ask_join
from bot.conversation.volunteering.words import led_by
from bot.replies import Incoming, Reply
from bot.volunteer import NOT_FOUND, Volunteer
from bot.wire import volunteers

DRAFT = "volunteer_team"
"""Waits for a team's code or name."""

PAGE = 8
"""Teams, or members of one, on a screen."""

MEMBER, ASKED = "member", "asked"


async def show_teams(turn: Turn, _asked: Teams) -> Reply:
    """The teams that one is in, leads, or has asked to join; and the ways into one."""
    _ = turn.words
    mine = await turn.acting_as(Volunteer).teams(PAGE, mine=True)
    text = (
        _("Your teams.")
        if mine
        else _("You are in no team. With a team you come together with others; its leader signs you up.")
    )
    rows: list[Row] = [(button(_team_label(turn, team), ShowTeam(team.id)),) for team in mine]
    rows += [
        (button(_("🔎 Find a team by its code or name"), FindTeam()),),
        (button(_("👥 All teams"), AllTeams()), button(_("🤝 Volunteering"), Volunteering())),
    ]
    return turn.screen(text, rows)


def _team_label(turn: Turn, team: volunteers.Team) -> str:
    _ = turn.words
    if led_by(team, turn.me.id):
        return _("⭐ {name} (you lead it)", name=team.name)
    if team.mine == ASKED:
        return _("⏳ {name} (asked to join)", name=team.name)
    return team.name


async def show_all_teams(turn: Turn, wanted: AllTeams) -> Reply:
    """All teams of the district by name."""
    _ = turn.words
    found = await turn.acting_as(Volunteer).teams(limit_for(wanted.page, PAGE))
    teams, more = leaf(found, wanted.page, PAGE)
    rows: list[Row] = [(button(_team_label(turn, team), ShowTeam(team.id)),) for team in teams]
    text = _("All teams. Tap one to see it.") if rows else _("There are no teams yet.")
    last: Row = (
        button(_("🔎 Find a team by its code or name"), FindTeam()),
        button(_("👥 My teams"), Teams()),
    )
    return turn.screen(text, [*rows, *page_row(_, wanted.page, AllTeams, more=more), last])


async def find_team(turn: Turn, _asked: FindTeam) -> Reply:
    """Wait for a code or a name."""
    _ = turn.words
    await turn.resident.keep_draft(DRAFT, {})
    return _ask_team(turn, _("Send me the team's code (its leader has it) or part of its name."))


def _ask_team(turn: Turn, text: str) -> Reply:
    _ = turn.words
    return turn.screen(text, [(button(_("👥 All teams"), AllTeams()), button(_("↩️ Not now"), Teams()))])


async def take_team(turn: Turn, _draft: wire.Draft, incoming: Incoming) -> Reply:
    """The team that was meant; with several, which."""
    _ = turn.words
    said = (incoming.text or "").strip()[:100]
    if not said:
        return _ask_team(turn, _("Please send it in words."))
    volunteer = turn.acting_as(Volunteer)
    found = await volunteer.teams(PAGE, said=said)
    if not found:
        return _ask_team(
            turn, _("I find no team of that code or name. Please look again, or ask its leader.")
        )
    if len(found) == 1:
        return _team_screen(turn, await volunteer.team(found[0].id))
    rows: list[Row] = [(button(_team_label(turn, team), ShowTeam(team.id)),) for team in found]
    return turn.screen(_("Which of these teams?"), [*rows, (button(_("👥 My teams"), Teams()),)])


async def show_team(turn: Turn, wanted: ShowTeam) -> Reply:
    """A team, and what one is to it."""
    return _team_screen(turn, await turn.acting_as(Volunteer).team(wanted.team), page=wanted.page)


def _team_screen(turn: Turn, team: volunteers.Team, *, before: str = "", page: int = 0) -> Reply:
    _ = turn.words
    parts = [*([before] if before else []), team.name, _("Its leader: {name}", name=team.leader.name)]
    rows: list[Row] = []
    if led_by(team, turn.me.id):
        return _leaders_screen(turn, team, parts, page)
    if team.mine == MEMBER:
        parts.append(_.plural("{number} member", "{number} members", _count(team)))
        rows.append((button(_("🚪 Leave this team"), AskLeaveTeam(team.id, turn.me.id)),))
    elif team.mine == ASKED:
        parts.append(_("⏳ You have asked to join. The leader has not answered yet."))
        rows.append((button(_("✖️ Take it back"), AskLeaveTeam(team.id, turn.me.id)),))
    else:
        rows.append((button(_("✋ Join this team"), AskJoin(team.id)),))
    return turn.screen("\n".join(parts), [*rows, (button(_("👥 My teams"), Teams()),)])


def _count(team: volunteers.Team) -> int:
    return sum(one.status == MEMBER for one in team.members)


def _leaders_screen(turn: Turn, team: volunteers.Team, parts: list[str], page: int) -> Reply:
    """For its leader: who asks to join, who is in it, and signing them up."""
    _ = turn.words
    parts += [
        _("The team's code: {code}. Tell it to those who are to join.", code=team.code),
        _.plural("{number} member", "{number} members", _count(team)),
    ]
    asking = [one for one in team.members if one.status == ASKED]
    others = [one for one in team.members if one.status == MEMBER and one.person.id != team.leader.id]
    if asking:
        parts.append(_.plural("{number} person asks to join.", "{number} people ask to join.", len(asking)))
    shown, more = leaf([*asking, *others], page, PAGE)
    rows: list[Row] = [
        (button(_("✋ Admit {name}?", name=one.person.name), AskAdmit(team.id, one.person.id)),)
        if one.status == ASKED
        else (button(_("👤 {name}: let go?", name=one.person.name), AskLeaveTeam(team.id, one.person.id)),)
        for one in shown
    ]
    rows += page_row(_, page, lambda to: ShowTeam(team.id, to), more=more)
    rows += [
        (button(_("🙋 Choose a shift and sign people up"), Shifts()),),
        (button(_("👥 My teams"), Teams()),),
    ]
    return turn.screen("\n".join(parts), rows)


async def ask_join_team(turn: Turn, wanted: AskJoin) -> Reply:
    """What joining means, and the button that asks to."""
    _ = turn.words
    if not has_agreed(turn.me):
        return ask_join(turn, Join())
    team = await turn.acting_as(Volunteer).team(wanted.team)
    if team.mine is not None:
        return _team_screen(turn, team)
    text = _(
        "Ask to join {team}?\n\n{leader} leads it and decides. As a member you can be signed up for shifts by the leader, who then "
        "sees your places on them; you are told each time, and can withdraw.",
        team=team.name,
        leader=team.leader.name,
    )
    rows: list[Row] = [
        (button(_("✅ Yes, ask {leader}", leader=team.leader.name), JoinTeam(team.id)),),
        (button(_("↩️ No"), ShowTeam(team.id)),),
    ]
    return turn.screen(text, rows)


async def join_team(turn: Turn, order: JoinTeam) -> Reply:
    """Ask to join. Asked already is as good."""
    _ = turn.words
    team = await turn.acting_as(Volunteer).join(order.team)
    if team.mine == MEMBER:
        return _team_screen(turn, team, before=_("You are in this team already."))
    return _team_screen(
        turn, team, before=_("✅ I have noted it. As soon as the leader admits you, you are in.")
    )


async def ask_leave_team(turn: Turn, wanted: AskLeaveTeam) -> Reply:
    """What leaving, or letting somebody go, means, and the button that does it."""
    _ = turn.words
    team = await turn.acting_as(Volunteer).team(wanted.team)
    if wanted.person == turn.me.id and not led_by(team, turn.me.id):
        if team.mine is None:
            return _team_screen(turn, team)
        text = _("Leave {team}? Your places on shifts stay yours.", team=team.name)
        yes = _("🚪 Yes, leave it")
    else:
        name = next((one.person.name for one in team.members if one.person.id == wanted.person), None)
        if name is None or wanted.person == team.leader.id:
            return _team_screen(turn, team)
        text = _("Let {name} go from {team}? Their places on shifts stay theirs.", name=name, team=team.name)
        yes = _("🚪 Yes, let {name} go", name=name)
    rows: list[Row] = [
        (button(yes, LeaveTeam(team.id, wanted.person)),),
        (button(_("↩️ No, leave it as it is"), ShowTeam(team.id)),),
    ]
    return turn.screen(text, rows)


async def leave_team(turn: Turn, order: LeaveTeam) -> Reply:
    """Leave, or let somebody go. Done already is as good."""
    _ = turn.words
    own = order.person == turn.me.id
    done = _("You are not in this team any more.") if own else _("They are not in this team any more.")
    return await _change(turn, order.team, order.person, "leave", done)


async def ask_admit(turn: Turn, wanted: AskAdmit) -> Reply:
    """What admitting means, and the button that does it."""
    _ = turn.words
    team = await turn.acting_as(Volunteer).team(wanted.team)
    asking = [one for one in team.members if one.person.id == wanted.person and one.status == ASKED]
    if not asking:
        return _team_screen(turn, team)
    name = asking[0].person.name
    text = _(
        "Admit {name} to {team}? You can then sign them up for shifts, and see their places on them.",
        name=name,
        team=team.name,
    )
    rows: list[Row] = [
        (button(_("✅ Yes, admit {name}", name=name), Admit(team.id, wanted.person)),),
        (button(_("✖️ No, do not admit {name}", name=name), LeaveTeam(team.id, wanted.person)),),
        (button(_("↩️ Not now"), ShowTeam(team.id)),),
    ]
    return turn.screen(text, rows)


async def admit(turn: Turn, order: Admit) -> Reply:
    """Admit. Admitted already is as good."""
    _ = turn.words
    return await _change(turn, order.team, order.person, "admit", _("✅ They are in the team now."))


async def _change(turn: Turn, team: UUID, person: UUID, deed: str, done: str) -> Reply:
    """Changes a membership, and shows the team; what is so no more is shown as it is."""
    volunteer = turn.acting_as(Volunteer)
    try:
        return _team_screen(turn, await volunteer.change_member(team, person, deed), before=done)
    except ApiProblem as problem:
        if problem.status != NOT_FOUND:
            raise
        return _team_screen(turn, await volunteer.team(team))
