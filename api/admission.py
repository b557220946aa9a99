"""How many requests are let in at a time: beyond it the answer is an honest "busy" at once, instead of a late one for all."""

import random

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.language import preferred
from api.problems import domain_problem
from scheduling.errors import BusyError

MOST_IN_HAND = 256
"""So many requests a process has in hand at a time: more than its database connections can serve within a second are not
served sooner by waiting."""
RETRY_AFTER_S = (1, 3)
"""Who is turned away is asked to come back after so long, not all at the same moment."""
ALWAYS = "/v1/health/"
"""Whoever asks how the program is must not be told that it is busy by it being busy."""


def busy() -> BusyError:
    """Nothing was done; come back in a moment."""
    return BusyError(retry_after_s=random.randint(*RETRY_AFTER_S))  # noqa: S311  # spreads, keeps no secret


class Admission:
    """Lets so many requests of the API in at a time."""

    def __init__(self, app: ASGIApp, most: int = MOST_IN_HAND) -> None:
        self._app = app
        self._most = most
        self._in_hand = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request, or turns it away."""
        path: str = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith("/v1/") or path.startswith(ALWAYS):
            await self._app(scope, receive, send)
            return
        if self._in_hand >= self._most:
            language = preferred(Headers(scope=scope).get("accept-language"))
            await domain_problem(busy(), language)(scope, receive, send)
            return
        self._in_hand += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_hand -= 1
