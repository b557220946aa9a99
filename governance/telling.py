"""What residents, followers, owners and volunteers are told of a request's steps, as notices (docs/NOTICES.md)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from governance.rules.likeness import excerpt
from models.request_words import StepKind
from models.tables import Request
from models.vocabulary import NoticeKind
from scheduling import notices
from scheduling.errors import Value
from scheduling.policies import Policy
from scheduling.rules.booking import when
from scheduling.rules.kinds import KINDS
from scheduling.rules.waiting import told_at

LONGEST_NOTE = 500
"""Characters of what was said that a notice carries; the whole is in the history."""

RESIDENTS_ARE_TOLD = frozenset(
    {
        StepKind.accepted,
        StepKind.noted,
        StepKind.transfer_taken,
        StepKind.climbed,
        StepKind.resolved,
        StepKind.reopened,
        StepKind.closed,
        StepKind.withdrawn,
        StepKind.wish_published,
        StepKind.wish_claimed,
        StepKind.wish_given_back,
        StepKind.wish_lapsed,
        StepKind.wish_unclaimed,
        StepKind.wish_fulfilled,
        StepKind.wish_confirmed,
    }
)
"""Steps that the resident and the followers are told. The rest is between those who answer, or the resident's own."""

OWNERS_ARE_TOLD = frozenset(
    {
        StepKind.received,
        StepKind.transfer_declined,
        StepKind.climbed,
        StepKind.still_overdue,
        StepKind.reopened,
        StepKind.rated,
        StepKind.withdrawn,
        StepKind.joined,
        StepKind.wish_claimed,
        StepKind.wish_given_back,
        StepKind.wish_lapsed,
        StepKind.wish_unclaimed,
        StepKind.wish_fulfilled,
        StepKind.wish_confirmed,
    }
)
"""Steps that the owner is told, unless they did it themselves."""

ASKERS_WORDS = frozenset({StepKind.reopened, StepKind.rated, StepKind.withdrawn, StepKind.joined})
"""Steps whose words are a resident's: followers are not shown them."""


@dataclass(frozen=True, slots=True)
class News:
    """One step as notices tell it: its number, what happened, the owner by name after it, what was said, stars given."""

    number: int
    what: StepKind
    owner: str
    note: str = ""
    stars: int | None = None


def request_data(request: Request, news: News, *, words: bool) -> dict[str, Value]:
    """What every notice about a request carries: no name but the owner's, no phone number. `words`: with what was said."""
    return {
        "request_id": str(request.id),
        "code": request.code,
        "kind": request.kind,
        "excerpt": excerpt(request.text),
        "place": request.place,
        "state": request.state,
        "what": news.what,
        "owner": news.owner,
        "rung": request.rung,
        "due_at": when(request.due_at),
        "note": news.note[:LONGEST_NOTE] if words else "",
        "stars": news.stars,
    }


@dataclass(frozen=True, slots=True)
class Teller:
    """Owes notices about one request at one moment."""

    request: Request
    news: News
    policy: Policy
    now: datetime

    def to_residents(
        self, asker_id: UUID | None, followers: Iterable[UUID], doer_id: UUID | None
    ) -> list[notices.Owed]:
        """To who asked and to the followers, but not to whoever did it and saw the answer."""
        if self.news.what not in RESIDENTS_ARE_TOLD:
            return []
        found = []
        for person_id in dict.fromkeys([asker_id, *followers]):
            if person_id is not None and person_id != doer_id:
                own = person_id == asker_id
                words = own or self.news.what not in ASKERS_WORDS
                data = {**request_data(self.request, self.news, words=words), "mine": own}
                found.append(self._owed(NoticeKind.request_news, person_id, data))
        return found

    def to_worker(self, person_id: UUID, as_what: str) -> notices.Owed:
        """To somebody who answers: `as_what` is what it means for them."""
        data = {**request_data(self.request, self.news, words=True), "what": as_what}
        return self._owed(NoticeKind.request_work, person_id, data)

    def to_volunteer(self, person_id: UUID, as_what: str) -> notices.Owed:
        """To the volunteer who has the wish in hand, or had it."""
        data: dict[str, Value] = {
            "request_id": str(self.request.id),
            "wish": self.request.wish_text or "",
            "what": as_what,
        }
        return self._owed(NoticeKind.wish_news, person_id, data)

    def _owed(self, kind: NoticeKind, person_id: UUID, data: dict[str, Value]) -> notices.Owed:
        due_at = told_at(self.now, self.policy)
        return notices.Owed(
            person_id=person_id,
            kind=kind,
            dedupe_key=f"{kind}:{self.request.id}:{self.news.number}:{person_id}:{data['what']}",
            due_at=due_at,
            expires_at=due_at + KINDS[kind].worth,
            data=data,
            district_code=self.request.district_code,
            quiet=self.policy.quiet,
        )
