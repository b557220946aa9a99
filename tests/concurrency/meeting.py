"""Where those who race wait for each other, so that a race that can happen does, on a busy machine too."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Meeting:
    """Lets nobody go on before so many have come; in vain, and for `patience_s` at most, where a lock keeps one out."""

    def __init__(self, wanted: int = 2, patience_s: float = 10) -> None:
        self._here, self._wanted, self._patience_s = 0, wanted, patience_s
        self._all = asyncio.Event()

    async def __call__(self) -> None:
        """Comes, and waits for the others."""
        self._here += 1
        if self._here >= self._wanted:
            self._all.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all.wait(), self._patience_s)

    def before(self, does: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        """Comes here, and then does the same."""

        async def meet_and(*args: P.args, **kwargs: P.kwargs) -> T:
            await self()
            return await does(*args, **kwargs)

        return meet_and

    def after(self, does: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
        """The same, and then comes here."""

        async def and_meet(*args: P.args, **kwargs: P.kwargs) -> T:
            found = await does(*args, **kwargs)
            await self()
            return found

        return and_meet
