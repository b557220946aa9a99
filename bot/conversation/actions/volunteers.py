"""What volunteers' buttons about themselves, their teams and hours do. Their verbs begin with z."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class Join(Action):
    """Say what being a volunteer means, and ask."""


@dataclass(frozen=True, slots=True)
class Enlist(Action):
    """Become a volunteer, having been told on the screen with this button what it means."""


@dataclass(frozen=True, slots=True)
class ShowProfile(Action):
    """Show one's profile as a volunteer."""


@dataclass(frozen=True, slots=True)
class Skills(Action):
    """Choose what one can do."""


@dataclass(frozen=True, slots=True)
class SetSkill(Action):
    """Say whether one can do something."""

    skill: str
    on: int


@dataclass(frozen=True, slots=True)
class Wishes(Action):
    """Choose the categories that one would like to help in."""


@dataclass(frozen=True, slots=True)
class SetWish(Action):
    """Say whether one would like to help in a category."""

    category: str
    on: int


@dataclass(frozen=True, slots=True)
class Tongues(Action):
    """Choose the languages that one speaks."""


@dataclass(frozen=True, slots=True)
class SetTongue(Action):
    """Say whether one speaks a language."""

    tongue: str
    on: int


@dataclass(frozen=True, slots=True)
class Reach(Action):
    """Choose how far one would go."""


@dataclass(frozen=True, slots=True)
class SetReach(Action):
    """Say how far one would go, in kilometres."""

    kilometres: int


@dataclass(frozen=True, slots=True)
class Times(Action):
    """Choose when one can come."""


@dataclass(frozen=True, slots=True)
class SetTime(Action):
    """Say whether one can come in a part of a day of every week; Monday is 0, and 0 to 2 are morning, afternoon and evening."""

    weekday: int
    part: int
    on: int


@dataclass(frozen=True, slots=True)
class AnyTime(Action):
    """Say that one can come at any time."""


@dataclass(frozen=True, slots=True)
class SetAsks(Action):
    """Say whether one may be asked to come when hands are missing."""

    on: int


@dataclass(frozen=True, slots=True)
class TellBirth(Action):
    """Wait for one's birth date; for the sake of a shift, if any."""

    shift: UUID | None = None


@dataclass(frozen=True, slots=True)
class SetBirth(Action):
    """Keep a birth date."""

    day: date
    shift: UUID | None


@dataclass(frozen=True, slots=True)
class TellContact(Action):
    """Wait for name and phone number of whom to call, or of a guardian."""

    guardian: int


@dataclass(frozen=True, slots=True)
class KeepContact(Action):
    """Keep the contact that was told."""


@dataclass(frozen=True, slots=True)
class ForgetContact(Action):
    """Keep no contact."""

    guardian: int


@dataclass(frozen=True, slots=True)
class Organisations(Action):
    """Choose the organisation that one comes from."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class SetOrganisation(Action):
    """Say which organisation one comes from; none."""

    organisation: UUID | None


@dataclass(frozen=True, slots=True)
class Certificates(Action):
    """Show one's certificates, and what can be handed in."""


@dataclass(frozen=True, slots=True)
class HandIn(Action):
    """Hand in a certificate of a skill, step by step."""

    skill: str


@dataclass(frozen=True, slots=True)
class HandInNothing(Action):
    """There is nothing to say at this step."""


@dataclass(frozen=True, slots=True)
class HandInOver(Action):
    """Hand in the certificate that was told."""


@dataclass(frozen=True, slots=True)
class Guardians(Action):
    """Choose for whom of the household one agrees that they volunteer."""


@dataclass(frozen=True, slots=True)
class AskGuardian(Action):
    """Show what agreeing means, and ask."""

    person: UUID


@dataclass(frozen=True, slots=True)
class AgreeAsGuardian(Action):
    """Agree that somebody volunteers."""

    person: UUID


@dataclass(frozen=True, slots=True)
class Teams(Action):
    """Show my teams."""


@dataclass(frozen=True, slots=True)
class FindTeam(Action):
    """Wait for a team's code or name."""


@dataclass(frozen=True, slots=True)
class AllTeams(Action):
    """Show all teams."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowTeam(Action):
    """Show a team."""

    team: UUID
    page: int = 0


@dataclass(frozen=True, slots=True)
class AskJoin(Action):
    """Show what joining a team means, and ask."""

    team: UUID


@dataclass(frozen=True, slots=True)
class JoinTeam(Action):
    """Ask to join a team."""

    team: UUID


@dataclass(frozen=True, slots=True)
class AskLeaveTeam(Action):
    """Show what leaving a team, or letting somebody go, means, and ask."""

    team: UUID
    person: UUID


@dataclass(frozen=True, slots=True)
class LeaveTeam(Action):
    """Leave a team, or let somebody go."""

    team: UUID
    person: UUID


@dataclass(frozen=True, slots=True)
class AskAdmit(Action):
    """Show what admitting somebody means, and ask."""

    team: UUID
    person: UUID


@dataclass(frozen=True, slots=True)
class Admit(Action):
    """Admit somebody who asked."""

    team: UUID
    person: UUID


@dataclass(frozen=True, slots=True)
class Party(Action):
    """Choose who of a team comes to a shift."""

    shift: UUID
    team: UUID


@dataclass(frozen=True, slots=True)
class PutInParty(Action):
    """Say whether somebody of the team comes."""

    team: UUID
    person: UUID
    on: int


@dataclass(frozen=True, slots=True)
class AskParty(Action):
    """Show what signing these people up means, and ask."""


@dataclass(frozen=True, slots=True)
class SignPartyUp(Action):
    """Sign the chosen people up."""

    shift: UUID
    team: UUID


@dataclass(frozen=True, slots=True)
class MyHours(Action):
    """Show my hours."""


@dataclass(frozen=True, slots=True)
class GiveHours(Action):
    """Choose to whom to give hours."""


@dataclass(frozen=True, slots=True)
class GiveMate(Action):
    """Choose to whom of a team to give hours."""

    team: UUID
    page: int = 0


@dataclass(frozen=True, slots=True)
class GiveTo(Action):
    """Choose how much to give: to somebody of a team, to the team itself when they are the same, or else of the household."""

    to: UUID
    team: UUID | None


@dataclass(frozen=True, slots=True)
class AskGive(Action):
    """Show what giving would mean, and ask."""

    to: UUID
    minutes: int
    team: UUID | None


@dataclass(frozen=True, slots=True)
class Give(Action):
    """Give minutes, once for the moment (in seconds) at which it was asked."""

    to: UUID
    is_team: int
    minutes: int
    asked_at: int


@dataclass(frozen=True, slots=True)
class Statements(Action):
    """Choose for which days to have a statement."""


@dataclass(frozen=True, slots=True)
class IssueStatement(Action):
    """Have a statement of these days, both included; once for the moment (in seconds) at which it was offered."""

    first: date
    last: date
    asked_at: int


@dataclass(frozen=True, slots=True)
class StatementFile(Action):
    """Get a statement as a file: `pdf` or `csv`."""

    code: str
    form: str


@dataclass(frozen=True, slots=True)
class CheckStatement(Action):
    """Wait for the code of a statement to check."""


VERBS: Mapping[str, type[Action]] = {
    "zj": Join,
    "zjs": Enlist,
    "zp": ShowProfile,
    "zps": Skills,
    "zpt": SetSkill,
    "zpc": Wishes,
    "zpd": SetWish,
    "zpl": Tongues,
    "zpm": SetTongue,
    "zpr": Reach,
    "zpq": SetReach,
    "zpw": Times,
    "zpx": SetTime,
    "zpy": AnyTime,
    "zpa": SetAsks,
    "zb": TellBirth,
    "zbs": SetBirth,
    "zc": TellContact,
    "zcs": KeepContact,
    "zcx": ForgetContact,
    "zo": Organisations,
    "zos": SetOrganisation,
    "zx": Certificates,
    "zxh": HandIn,
    "zxn": HandInNothing,
    "zxs": HandInOver,
    "zg": Guardians,
    "zga": AskGuardian,
    "zgs": AgreeAsGuardian,
    "zt": Teams,
    "ztf": FindTeam,
    "ztn": AllTeams,
    "ztt": ShowTeam,
    "zta": AskJoin,
    "ztj": JoinTeam,
    "ztl": AskLeaveTeam,
    "ztx": LeaveTeam,
    "ztq": AskAdmit,
    "zty": Admit,
    "zr": Party,
    "zrp": PutInParty,
    "zra": AskParty,
    "zrs": SignPartyUp,
    "zh": MyHours,
    "zhg": GiveHours,
    "zhm": GiveMate,
    "zht": GiveTo,
    "zha": AskGive,
    "zhs": Give,
    "ze": Statements,
    "zes": IssueStatement,
    "zef": StatementFile,
    "zec": CheckStatement,
}
