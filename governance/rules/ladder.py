"""Who answers for a request, and who when that one does not: from the grid worker up to the district (product: Requests 1)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from models.request_words import RUNGS, Rung


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody who answers, and at which height."""

    person_id: UUID
    rung: Rung


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who could answer at a place, for each rung the one to be asked first before the others.

    The bottom rung is the cell's worker; the next the deputy, then other workers of the community; then staff of the
    sub-district; then of the district. `away` are those who are absent today.
    """

    rungs: Mapping[Rung, Sequence[UUID]]
    away: Collection[UUID] = ()

    def first(self) -> Post | None:
        """Whoever answers now: the lowest that is not away. Everybody away: the highest one all the same, for somebody
        has to be named. None only where nobody answers at all.
        """
        posts = self._from(0)
        present = [post for post in posts if post.person_id not in self.away]
        return present[0] if present else next(iter(reversed(posts)), None)

    def above(self, rung: Rung, owner_id: UUID) -> Post | None:
        """The next one up who is not away and is not the owner already; None at the top."""
        return next(
            (
                post
                for post in self._from(RUNGS.index(rung) + 1)
                if post.person_id != owner_id and post.person_id not in self.away
            ),
            None,
        )

    def rung_of(self, person_id: UUID) -> Rung | None:
        """The lowest rung on which somebody stands; None for who does not answer here."""
        return next((post.rung for post in self._from(0) if post.person_id == person_id), None)

    def _from(self, height: int) -> list[Post]:
        return [Post(person_id, rung) for rung in RUNGS[height:] for person_id in self.rungs.get(rung, ())]
