"""What a volunteer can do, each as one call of the public API."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import JsonValue, ValidationError

from bot import wire
from bot.api import ApiProblem
from bot.asking import Asking
from bot.wire import rosters, volunteers

NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class ShiftQuery:
    """Which shifts to look for. `start_from` and `start_before` bound the start. `in_reach`: only as far from
    `near` as I would go; `takeable`: only those that I can take now.
    """

    start_from: datetime
    start_before: datetime | None = None
    category: str | None = None
    wished: bool = False
    division: str | None = None
    near: wire.Coordinates | None = None
    in_reach: bool = False
    takeable: bool = True


class Volunteer(Asking):
    """One volunteer, acting within one update."""

    __slots__ = ()

    def once_for(self, question: str) -> Self:
        """The same person, whose creating calls are done once for a question that was asked, however often its button is
        pressed."""
        return replace(self, update_key=question)

    async def enlist(self) -> None:
        """Have a profile as a volunteer; whoever has one keeps it."""
        if await self.profile() is None:
            await self.put("/v1/me/volunteer", wire.View, {})

    async def profile(self) -> volunteers.Profile | None:
        """My profile; None when I have none."""
        try:
            return await self.get("/v1/me/volunteer", volunteers.Profile)
        except ApiProblem as problem:
            if problem.status == NOT_FOUND:
                return None
            raise

    async def rewrite(self, known: volunteers.Profile, **changes: JsonValue) -> volunteers.Profile:
        """Change some of my profile, and leave the rest as it is known."""
        body = known.model_dump(
            mode="json",
            include={
                *("skills", "roles_wished", "categories_wished", "languages", "hours_wanted", "reach_m"),
                *("takes_asks", "guardian_name", "guardian_phone", "emergency_name", "emergency_phone"),
            },
        )
        body["organisation_id"] = None if known.organisation is None else str(known.organisation.id)
        return await self.put("/v1/me/volunteer", volunteers.Profile, body | changes)

    async def born_on(self, day: date) -> wire.Me:
        """Say my birth date."""
        return await self.patch("/v1/me", wire.Me, {"birth_date": day.isoformat()})

    async def agree(self, purpose: str, version: str) -> None:
        """Record that I agree to a version of a purpose."""
        await self.post("/v1/me/consents", wire.View, {"purpose": purpose, "version": version})

    async def agree_for(self, person: UUID) -> volunteers.GuardedVolunteer:
        """Agree, as their guardian, that a minor volunteers."""
        path = f"/v1/volunteers/{person}/guardian-consent"
        return await self.post(path, volunteers.GuardedVolunteer, {})

    async def hand_in(self, certificate: dict[str, JsonValue]) -> volunteers.Certificate:
        """Hand in a certificate to be checked."""
        return await self.post("/v1/me/volunteer/certificates", volunteers.Certificate, certificate)

    async def organisations(self, limit: int) -> tuple[volunteers.Organisation, ...]:
        """Organisations of my district by name."""
        listing = wire.Listing[volunteers.Organisation]
        return (await self.get("/v1/organisations", listing, {"limit": limit})).items

    async def shifts(self, wanted: ShiftQuery, limit: int) -> tuple[rosters.ShiftForMe, ...]:
        """Shifts, soonest first, each with everything that speaks against my taking it."""
        query: dict[str, str | int] = {"from": wanted.start_from.isoformat(), "limit": limit}
        if wanted.start_before is not None:
            query["to"] = wanted.start_before.isoformat()
        if wanted.category is not None:
            query["category"] = wanted.category
        if wanted.wished:
            query["wished"] = "true"
        if wanted.division is not None:
            query["division"] = wanted.division
        if wanted.near is not None:
            query["near"] = f"{wanted.near.latitude:.6f},{wanted.near.longitude:.6f}"
        if wanted.in_reach:
            query["in_reach"] = "true"
        if wanted.takeable:
            query["takeable"] = "true"
        return (await self.get("/v1/me/shifts", wire.Listing[rosters.ShiftForMe], query)).items

    async def shift(self, shift: UUID) -> rosters.ShiftForMe:
        """One shift, and what I am to it."""
        return await self.get(f"/v1/me/shifts/{shift}", rosters.ShiftForMe)

    async def roster(self) -> rosters.Roster:
        """All that I have ahead, and all that waits for my answer."""
        return await self.get("/v1/me/roster", rosters.Roster)

    async def past(self, limit: int) -> tuple[rosters.Signup, ...]:
        """Shifts that are over, latest first; those given up too."""
        query: dict[str, str | int] = {"when": "past", "limit": limit}
        return (await self.get("/v1/signups", wire.Listing[rosters.Signup], query)).items

    async def sign_up(self, shift: UUID) -> rosters.Signup:
        """Sign up for a shift."""
        return (await self.post(f"/v1/shifts/{shift}/signups", rosters.Signups, {})).signups[0]

    async def sign_team_up(
        self, shift: UUID, team: UUID, people: Sequence[UUID]
    ) -> tuple[rosters.Signup, ...]:
        """Sign members of my team up, all of them or none."""
        body: dict[str, JsonValue] = {"team_id": str(team), "people": [str(one) for one in people]}
        return (await self.post(f"/v1/shifts/{shift}/signups", rosters.Signups, body)).signups

    async def of_team(self, shift: UUID) -> tuple[rosters.Signup, ...]:
        """Who of the teams that I lead is on a shift."""
        path = f"/v1/shifts/{shift}/signups"
        return (await self.get(path, wire.Listing[rosters.Signup])).items

    async def signup(self, signup: UUID) -> rosters.Signup:
        """One signup, of mine or of my team."""
        return await self.get(f"/v1/signups/{signup}", rosters.Signup)

    async def do(self, signup: UUID, deed: str) -> rosters.Signup:
        """What is done to a signup: `confirm`, `withdraw`, `stand-in`, `keep`; for a member of my team also `check-in`
        and `check-out`."""
        return await self.post(f"/v1/signups/{signup}/{deed}", rosters.Signup, {})

    async def scan(self, *, code: str | None = None, qr: str | None = None) -> rosters.Scanned:
        """Check in or out by what is shown at the point."""
        return await self.post(
            "/v1/me/scans", rosters.Scanned, {"code": code} if code is not None else {"qr": qr}
        )

    async def partners(self, signup: UUID) -> tuple[rosters.Signup, ...]:
        """With whom I could swap."""
        path = f"/v1/signups/{signup}/swap-partners"
        return (await self.get(path, wire.Listing[rosters.Signup])).items

    async def propose_swap(self, mine: UUID, theirs: UUID) -> rosters.Swap:
        """Offer my place for another's."""
        return await self.post(f"/v1/signups/{mine}/swap", rosters.Swap, {"with_signup_id": str(theirs)})

    async def answer_swap(self, swap: UUID, answer: str) -> rosters.Swap:
        """`accept` or `decline` a swap; declining one's own takes it back."""
        return await self.post(f"/v1/swaps/{swap}/{answer}", rosters.Swap, None)

    async def accept_ask(self, ask: UUID) -> rosters.Signup:
        """Come when asked."""
        return await self.post(f"/v1/shift-asks/{ask}/accept", rosters.Signup, None)

    async def decline_ask(self, ask: UUID) -> rosters.Ask:
        """Say no when asked."""
        return await self.post(f"/v1/shift-asks/{ask}/decline", rosters.Ask, None)

    async def wait(self, shift: UUID) -> rosters.ShiftWait:
        """Wait for a full shift."""
        return await self.post(f"/v1/shifts/{shift}/wait", rosters.ShiftWait, None)

    async def take_offered(self, wait: UUID) -> rosters.Signup:
        """Take the place that is held for me."""
        return await self.post(f"/v1/shift-waits/{wait}/accept", rosters.Signup, None)

    async def leave_queue(self, wait: UUID) -> rosters.ShiftWait:
        """Give up my turn, or decline an offer."""
        return await self.post(f"/v1/shift-waits/{wait}/leave", rosters.ShiftWait, None)

    async def take_standing(self, template: UUID, until: date) -> rosters.StandingPlace:
        """Take a place on every shift of a recurrence until a day, included."""
        path = f"/v1/shift-templates/{template}/standing"
        return await self.post(path, rosters.StandingPlace, {"until": until.isoformat()})

    async def end_standing(self, place: UUID) -> rosters.StandingPlace:
        """Take no more places; those taken stay."""
        return await self.post(f"/v1/standing-places/{place}/end", rosters.StandingPlace, None)

    async def calendar(self) -> rosters.CalendarAddress:
        """A new address of my calendar; the one before stops working."""
        return await self.post("/v1/me/calendar-key", rosters.CalendarAddress, None)

    async def teams(
        self, limit: int, *, said: str | None = None, mine: bool = False
    ) -> tuple[volunteers.Team, ...]:
        """Teams by name: all of my district, those that a code or part of a name means, or those that are mine."""
        query: dict[str, str | int] = {"limit": limit}
        if said is not None:
            query["q"] = said
        if mine:
            query["mine"] = "true"
        return (await self.get("/v1/teams", wire.Listing[volunteers.Team], query)).items

    async def team(self, team: UUID) -> volunteers.Team:
        """One team, with its members if I belong to it."""
        return await self.get(f"/v1/teams/{team}", volunteers.Team)

    async def join(self, team: UUID) -> volunteers.Team:
        """Ask to join a team."""
        return await self.post(f"/v1/teams/{team}/join", volunteers.Team, None)

    async def change_member(self, team: UUID, person: UUID, deed: str) -> volunteers.Team:
        """`admit` somebody who asked, or `leave`: oneself, or letting somebody go as the leader."""
        return await self.post(f"/v1/teams/{team}/members/{person}/{deed}", volunteers.Team, None)

    async def hours(self) -> volunteers.Hours:
        """My hours."""
        return await self.get("/v1/me/hours", volunteers.Hours)

    async def give(self, minutes: int, *, person: UUID | None, team: UUID | None) -> volunteers.Hours:
        """Give minutes of my account to a person or a team."""
        body: dict[str, JsonValue] = {"minutes": minutes}
        if person is not None:
            body["to_person_id"] = str(person)
        if team is not None:
            body["to_team_id"] = str(team)
        return await self.post("/v1/me/hours/donations", volunteers.Hours, body)

    async def statement(self, first: date, last: date) -> volunteers.Statement:
        """Have a statement of my hours issued."""
        body: dict[str, JsonValue] = {"first": first.isoformat(), "last": last.isoformat()}
        return await self.post("/v1/me/hours/statements", volunteers.Statement, body)

    async def statement_file(self, code: str, form: str) -> bytes:
        """A statement of mine as a file: `pdf` or `csv`."""
        return await self.download(f"/v1/me/hours/statements/{code}.{form}")

    async def check_statement(self, code: str) -> volunteers.StatementChecked | None:
        """What a statement says in sum; None when there is none of that code."""
        try:
            return await self.get(f"/v1/hours/statements/{code}", volunteers.StatementChecked)
        except ApiProblem as problem:
            if problem.status == NOT_FOUND:
                return None
            raise


def shifts_instead(problem: ApiProblem) -> tuple[rosters.Shift, ...]:
    """The shifts that a refusal proposes; none when it proposes nothing."""
    try:
        return rosters.SignupRefusal.model_validate_json(problem.document).shifts
    except ValidationError:
        return ()
