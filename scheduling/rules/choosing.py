"""Which of the slots that could be had are proposed: near, and unlike each other (product: Booking 6). Pure."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

from models.vocabulary import AlternativeKind

T = TypeVar("T")


def mixed(
    found: Mapping[AlternativeKind, Iterable[T]],
    most: int,
    *,
    alike: Callable[[T], Hashable],
    allowed: Callable[[T], bool] = lambda _: True,
) -> list[tuple[AlternativeKind, T]]:
    """Up to `most` options: the nearest allowed one of each kind, then in turn the next of each.

    `found` has the options of each kind, nearest first. After the first of each kind those are preferred that are not
    `alike` any chosen one (at another time); only when there are none left, others fill up. `allowed` is asked as
    seldom as possible.
    """
    rest = {kind: list(_lazily(found[kind], allowed, most)) for kind in AlternativeKind if kind in found}
    chosen: list[tuple[AlternativeKind, T]] = []
    seen: set[Hashable] = set()

    def take(kind: AlternativeKind, *, strict: bool) -> bool:
        options = rest[kind]
        new = next((option for option in options if alike(option) not in seen), None)
        option = new if new is not None or strict or not options else options[0]
        if option is None or len(chosen) >= most:
            return False
        options.remove(option)
        seen.add(alike(option))
        chosen.append((kind, option))
        return True

    for kind in rest:
        take(kind, strict=False)
    for strict in (True, False):
        while sum(take(kind, strict=strict) for kind in rest):
            pass
    return chosen


def _lazily(options: Iterable[T], allowed: Callable[[T], bool], most: int) -> Iterator[T]:
    """The first allowed options, as many as can matter: `most` at different times are among three times as many."""
    kept = 0
    for option in options:
        if allowed(option):
            yield option
            kept += 1
            if kept == 3 * most:
                return
