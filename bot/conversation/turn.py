"""One turn of the conversation: who acts, when, in which language, and how a screen is put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from bot import wire
from bot.asking import Asking
from bot.conversation.actions import Action, Categories, Home, Human, data_of
from bot.replies import Button, Document, Picture, Place, Reply, Ticket
from bot.resident import Resident
from bot.texts import Words, words

T = TypeVar("T")
P = TypeVar("P", bound=Asking)

Row = tuple[Button, ...]

LARGE_TEXT_PAGE = 3
"""Things on a screen in large text."""

MOST_ITEMS = 100
"""The most that the API gives in one page of a list."""


def button(label: str, action: Action, detail: tuple[str, ...] = ()) -> Button:
    """A button that does something here."""
    return Button(label, data=data_of(action), detail=detail)


def footer(_: Words, *, point: UUID | None = None, home: bool = True) -> Row:
    """What stands under every screen: the way back, and a human (of the point that the screen is about, if any)."""
    human = button(_("☎️ Ask a person") if point is None else _("☎️ Call the point"), Human(point))
    return (button(_("🏠 Home"), Home()), human) if home else (human,)


@dataclass(frozen=True, slots=True)
class Turn:
    """What every screen needs. `pressed` says that a button was pressed, whose message the answer then replaces."""

    resident: Resident
    me: wire.Me
    words: Words
    now: datetime
    pressed: bool

    @classmethod
    def of(cls, resident: Resident, me: wire.Me, now: datetime, *, pressed: bool) -> "Turn":
        """A turn of this person, in their language."""
        speech = words(me.language, large_text=me.large_text)
        return cls(resident.speaking(me.language), me, speech, now, pressed)

    def knowing(self, me: wire.Me) -> "Turn":
        """The same turn after the person has changed something about themselves."""
        return Turn.of(self.resident, me, self.now, pressed=self.pressed)

    def acting_as(self, kind: type[P]) -> P:
        """The person in another capacity: `turn.acting_as(Volunteer)`."""
        return kind.like(self.resident)

    def fits(self, size: int) -> int:
        """How many of `size` things a screen shows: fewer in large text."""
        return min(size, LARGE_TEXT_PAGE) if self.me.large_text else size

    def screen(
        self,
        text: str,
        rows: Sequence[Row] = (),
        *,
        point: UUID | None = None,
        place: Place | None = None,
        ticket: Ticket | None = None,
        ask_location: bool = False,
        ask_contact: bool = False,
        picture: Picture | None = None,
        document: Document | None = None,
        home: bool = True,
    ) -> Reply:
        """A screen with its footer; one without buttons of its own leads on to all services. In large text each button has a
        row of its own.
        """
        onward = (button(self.words("📋 All services"), Categories()),)
        shown = (*(rows or (onward,)), footer(self.words, point=point, home=home))
        return Reply(
            text=text,
            rows=one_a_row(shown) if self.me.large_text else shown,
            place=place,
            ticket=ticket,
            ask_location=ask_location,
            ask_contact=ask_contact,
            picture=picture,
            document=document,
            replace=self.pressed,
            large_text=self.me.large_text,
        )


def one_a_row(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The same buttons, each in a row of its own: as wide as the screen, for large letters and unsteady hands."""
    return tuple((button,) for row in rows for button in row)


def limit_for(page: int, size: int) -> int:
    """How many items to ask for, so that page `page` (from 0) is among them, and whether more follow."""
    return min(MOST_ITEMS, (max(0, page) + 1) * size + 1)


def leaf(items: Sequence[T], page: int, size: int) -> tuple[Sequence[T], bool]:
    """The items of page `page` (from 0), and whether more follow."""
    first = max(0, page) * size
    return items[first : first + size], len(items) > first + size


def in_rows(buttons: Sequence[Button], width: int) -> list[Row]:
    """Buttons side by side, `width` to a row."""
    return [tuple(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def page_row(_: Words, page: int, turned_to: Callable[[int], Action], *, more: bool) -> list[Row]:
    """Buttons to the pages before and after page `page`, as far as there are any."""
    row: list[Button] = []
    if page > 0:
        row.append(button(_("◀ Back"), turned_to(page - 1)))
    if more:
        row.append(button(_("More ▶"), turned_to(page + 1)))
    return [tuple(row)] if row else []
