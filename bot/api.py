"""The public API as the bot reaches it: credentials, problems, failures, and the notices that the bot delivers.

What a resident does stands in `bot.resident`; both go through `Api.call`.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload
from uuid import UUID

import httpx
import structlog
from pydantic import JsonValue, ValidationError

from bot import wire
from bot.replies import Channel, Language
from bot.wire.myself import Linking

log = structlog.get_logger(__name__)

V = TypeVar("V", bound=wire.View)

_EXPIRY_MARGIN_S = 60.0
"""A token is given up this long before it expires, so that it does not expire on the way."""

_IN_FLIGHT_TRIES = 4
_IN_FLIGHT_LONGEST_WAIT_S = 2.0


class Unreachable(Exception):
    """The API did not answer, or could not just now; nothing is known to have been done. Worth trying again.

    `retry_after_s` is how long the API asked to wait, when it did.
    """

    def __init__(self, why: str, retry_after_s: float | None = None) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


class ApiProblem(Exception):
    """The API understood and said no (RFC 9457). `title` is in the language asked for; `invalid` are the JSON pointers of what
    it could not take; `document` is all that it said, for rooms that read more of it.
    """

    def __init__(self, status: int, problem: wire.Problem, document: bytes = b"{}") -> None:
        super().__init__(f"{status} {problem.code}: {problem.title}")
        self.status = status
        self.code = problem.code
        self.title = problem.title
        self.detail = problem.detail
        self.reasons = problem.reasons
        self.invalid = frozenset(error.pointer for error in problem.errors)
        self.alternatives = problem.alternatives
        self.waitlist = problem.waitlist
        self.retry_after_s = problem.retry_after_s
        self.document = document


@dataclass(frozen=True, slots=True)
class ChatUser:
    """Who somebody is in a channel: all that the API needs to recognise or register them."""

    channel: Channel
    user_id: str
    name: str
    language: Language


@dataclass(frozen=True, slots=True)
class _CachedToken:
    text: str
    good_until: float


class Api:
    """A client of the public API.

    `http` carries the base address and the timeouts; it may reach the API by network or within the process.
    `service_key` is the bot's own credential. Residents' tokens are remembered for at most `remember` people; that
    is a cache and no more: whatever is forgotten is asked for again.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        service_key: str,
        *,
        remember: int = 10_000,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = http
        self._service_key = service_key
        self._remember = remember
        self._monotonic = monotonic
        self._sleep = sleep
        self._tokens: OrderedDict[tuple[Channel, str], _CachedToken] = OrderedDict()

    async def claim(
        self, channel: Channel, limit: int, addresses: Sequence[str] | None = None
    ) -> wire.Claimed:
        """Claim due notices of a channel, for everybody or for just these addresses. They are ours until a lease ends."""
        body: dict[str, JsonValue] = {"channel": channel, "limit": limit}
        if addresses is not None:
            body["addresses"] = list(addresses)
        answer = await self._call_as_service("/v1/notices/claim", body)
        return _read(wire.Claimed, answer)

    async def delivered(self, notice_id: UUID) -> None:
        """Say that the person has got a notice."""
        await self._call_as_service(f"/v1/notices/{notice_id}/delivered", None)

    async def failed(
        self,
        notice_id: UUID,
        error: str,
        retry_after_s: float | None = None,
        *,
        blocked: bool = False,
        permanent: bool = False,
    ) -> None:
        """Say that a notice did not get through: when to try again, that the person has blocked us, or that it never will."""
        body: dict[str, JsonValue] = {"error": error[:500], "blocked": blocked, "permanent": permanent}
        if retry_after_s is not None:
            body["retry_after_s"] = retry_after_s
        await self._call_as_service(f"/v1/notices/{notice_id}/failed", body)

    async def is_telegrams_word(self, init_data: str) -> bool:
        """Whether `initData` of a Mini App is Telegram's own, and new; its user is then known to the API. Raises
        `Unreachable`.
        """
        request = self._http.build_request("POST", "/v1/auth/telegram", json={"init_data": init_data})
        try:
            _successful(await self._send(request))
        except ApiProblem:
            return False
        return True

    async def ask_as_service(self, path: str, body: Mapping[str, JsonValue], view: type[V]) -> V:
        """Ask something with the bot's own credential. Raises `ApiProblem` and `Unreachable`."""
        return _read(view, await self._call_as_service(path, body))

    async def tell_as_service(self, path: str, body: Mapping[str, JsonValue]) -> None:
        """Say something with the bot's own credential. Raises `ApiProblem` and `Unreachable`."""
        await self._call_as_service(path, body)

    @overload
    async def call(
        self,
        user: ChatUser,
        method: str,
        path: str,
        view: type[V],
        *,
        language: Language,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, JsonValue] | None = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> V: ...

    @overload
    async def call(
        self,
        user: ChatUser,
        method: str,
        path: str,
        view: None,
        *,
        language: Language,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, JsonValue] | None = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> None: ...

    async def call(
        self,
        user: ChatUser,
        method: str,
        path: str,
        view: type[V] | None,
        *,
        language: Language,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, JsonValue] | None = None,
        idempotency_key: str | None = None,
        if_match: str | None = None,
    ) -> V | None:
        """Call the API as a person and read the answer as `view`, where one is wanted.

        Signs in when needed, and once more when the token is no longer good. Raises `ApiProblem` and `Unreachable`.
        """
        headers = _headers(language, idempotency_key)
        if if_match is not None:
            headers["If-Match"] = if_match
        request = self._http.build_request(method, path, params=query, json=body, headers=headers)
        answer = await self._send_as(user, request)
        return None if view is None else _read(view, answer)

    async def call_versioned(
        self,
        user: ChatUser,
        path: str,
        view: type[V],
        *,
        language: Language,
        query: Mapping[str, str | int] | None = None,
    ) -> tuple[V, str]:
        """What a GET answers, and its version (ETag), which an edit then names. Raises as `call` does."""
        request = self._http.build_request("GET", path, params=query, headers=_headers(language))
        answer = await self._send_as(user, request)
        return _read(view, answer), answer.headers.get("ETag", "")

    async def download(
        self, user: ChatUser, path: str, *, language: Language, query: Mapping[str, str | int] | None = None
    ) -> bytes:
        """A file, as it is. Raises as `call` does."""
        request = self._http.build_request("GET", path, params=query, headers=_headers(language))
        return (await self._send_as(user, request)).content

    async def file(self, user: ChatUser, path: str, *, language: Language) -> tuple[bytes, str]:
        """A file, and its media type. Raises as `call` does."""
        request = self._http.build_request("GET", path, headers=_headers(language))
        answer = await self._send_as(user, request)
        return answer.content, answer.headers.get("Content-Type", "").partition(";")[0]

    async def upload(
        self,
        user: ChatUser,
        path: str,
        view: type[V],
        content: bytes,
        *,
        media_type: str,
        language: Language,
        idempotency_key: str,
    ) -> V:
        """Send a file as the body of a POST. Raises as `call` does."""
        headers = _headers(language, idempotency_key) | {"Content-Type": media_type}
        request = self._http.build_request("POST", path, content=content, headers=headers)
        return _read(view, await self._send_as(user, request))

    async def link(self, user: ChatUser, code: str, *, confirmed: bool, language: Language) -> Linking:
        """What a code means for this chat, or, `confirmed`, link the chat by it: from then on it is the account's.

        Raises as `call` does.
        """
        body: dict[str, JsonValue] = {**_said_of(user), "code": code, "confirmed": confirmed}
        answer = await self._call_as_service("/v1/auth/link", body, language)
        linking = _read(Linking, answer)
        if linking.token is not None:
            self._remember_token(user, linking.token)
        return linking

    async def _send_as(self, user: ChatUser, request: httpx.Request) -> httpx.Response:
        """The successful answer to a person's request."""
        request.headers["Authorization"] = f"Bearer {await self._token(user)}"
        answer = await self._send(request)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.pop((user.channel, user.user_id), None)
            request.headers["Authorization"] = f"Bearer {await self._token(user)}"
            answer = await self._send(request)
        return _successful(answer)

    async def _token(self, user: ChatUser) -> str:
        key = (user.channel, user.user_id)
        cached = self._tokens.get(key)
        if cached is not None and self._monotonic() < cached.good_until:
            self._tokens.move_to_end(key)
            return cached.text
        token = _read(wire.Token, await self._call_as_service("/v1/auth/chat", _said_of(user)))
        self._remember_token(user, token)
        return token.access_token

    def _remember_token(self, user: ChatUser, token: wire.Token) -> None:
        key = (user.channel, user.user_id)
        good_until = self._monotonic() + token.expires_in - _EXPIRY_MARGIN_S
        self._tokens[key] = _CachedToken(token.access_token, good_until)
        self._tokens.move_to_end(key)
        while len(self._tokens) > self._remember:
            self._tokens.popitem(last=False)

    async def _call_as_service(
        self, path: str, body: Mapping[str, JsonValue] | None, language: Language = "zh-CN"
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._service_key}", "Accept-Language": language}
        return _successful(
            await self._send(self._http.build_request("POST", path, json=body, headers=headers))
        )

    async def _send(self, request: httpx.Request) -> httpx.Response:
        """Send, and wait a little while the same request's first delivery is still being answered."""
        for attempt in range(_IN_FLIGHT_TRIES):
            try:
                answer = await self._http.send(request)
            except httpx.TransportError as error:
                raise Unreachable(f"{type(error).__name__} at {request.method} {request.url.path}") from error
            last = attempt == _IN_FLIGHT_TRIES - 1
            if last or answer.status_code != httpx.codes.CONFLICT:
                return answer
            if _problem(answer).code != "idempotency-key-in-flight":
                return answer
            await self._sleep(min(_retry_after(answer) or 0.5, _IN_FLIGHT_LONGEST_WAIT_S))
        raise AssertionError("the last attempt returns")


def _said_of(user: ChatUser) -> dict[str, JsonValue]:
    return {
        "channel": user.channel,
        "user_id": user.user_id,
        "name": user.name,
        "language": user.language,
    }


def _headers(language: Language, idempotency_key: str | None = None) -> dict[str, str]:
    headers: dict[str, str] = {"Accept-Language": language}
    if idempotency_key is not None:
        headers["Idempotency-Key"] = idempotency_key
    return headers


def _successful(answer: httpx.Response) -> httpx.Response:
    """The answer, when it is one; else the refusal or failure that it tells of, raised."""
    if answer.is_success:
        return answer
    problem = _problem(answer)
    busy = answer.status_code in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.REQUEST_TIMEOUT)
    busy = busy and not problem.code.startswith("too-many-")  # that is said in words, not tried again
    if busy or answer.is_server_error or problem.code == "idempotency-key-in-flight":
        where = f"{answer.request.method} {answer.request.url.path}"
        raise Unreachable(f"{answer.status_code} {problem.code} at {where}", _retry_after(answer))
    raise ApiProblem(answer.status_code, problem, answer.content)


def _problem(answer: httpx.Response) -> wire.Problem:
    try:
        return wire.Problem.model_validate_json(answer.content)
    except ValidationError:
        # A proxy in between, say, answered with a page of its own; the status still says what happened.
        return wire.Problem(title=answer.reason_phrase)


def _retry_after(answer: httpx.Response) -> float | None:
    try:
        return max(0.0, float(answer.headers.get("Retry-After", "")))
    except ValueError:
        return None


def _read(view: type[V], answer: httpx.Response) -> V:
    """The answer as a view. An answer that we cannot read helps a person as little as none."""
    try:
        return view.model_validate_json(answer.content)
    except ValidationError as error:
        log.exception("answer not understood", path=answer.request.url.path, view=view.__name__)
        raise Unreachable(f"the answer of {answer.request.url.path} was not understood") from error
