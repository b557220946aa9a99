"""What the page's server refuses, said as RFC 9457 problems in the person's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.page.languages import language_of
from bot.replies import Language


@dataclass(frozen=True, slots=True)
class _Kind:
    status: int
    zh: str
    en: str


_KINDS: Mapping[str, _Kind] = {
    "bad-request": _Kind(400, "这个请求看不懂。", "This request cannot be understood."),
    "no-identity": _Kind(
        401, "请重新打开本页，并允许浏览器保存 Cookie。", "Please reopen this page and allow cookies."
    ),
    "cross-site": _Kind(403, "只接受来自本页的消息。", "Only messages from this page are accepted."),
    "not-found": _Kind(404, "这里没有这样的内容。", "There is nothing here."),
    "method-not-allowed": _Kind(405, "这里不支持这种操作。", "This is not how this address is used."),
    "body-too-large": _Kind(
        413, "消息太长了，请说短一点。", "This message is too long. Please say it shorter."
    ),
    "not-json": _Kind(415, "只接受 JSON 格式。", "Only JSON is accepted."),
    "invalid-message": _Kind(422, "这条消息不完整。", "This message is not complete."),
    "failed": _Kind(500, "出了点问题，请再试一次。", "Something went wrong. Please try again."),
    "busy": _Kind(503, "现在有点忙，请稍后再试。", "We are a little busy. Please try again in a moment."),
}

_BY_STATUS = {kind.status: code for code, kind in _KINDS.items()}


class Refused(Exception):
    """A request that is not served. `code` is stable; `errors` says what is wrong where (JSON pointers)."""

    def __init__(
        self, code: str, *, errors: Sequence[Mapping[str, str]] = (), retry_after_s: int | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors
        self.retry_after_s = retry_after_s


def problem(
    code: str,
    language: Language,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    retry_after_s: int | None = None,
) -> JSONResponse:
    kind = _KINDS[code]
    body: dict[str, object] = {
        "type": f"about:blank#{code}",
        "title": kind.en if language == "en" else kind.zh,
        "status": kind.status,
        "code": code,
    }
    if errors:
        body["errors"] = list(errors)
    headers = None if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return JSONResponse(body, kind.status, headers, media_type="application/problem+json")


async def on_refused(request: Request, refused: Exception) -> JSONResponse:
    if not isinstance(refused, Refused):
        raise refused
    return problem(
        refused.code, language_of(request), errors=refused.errors, retry_after_s=refused.retry_after_s
    )


async def on_http_error(request: Request, error: Exception) -> JSONResponse:
    """Starlette's own refusals (no such path, wrong method, body too large) in the same shape as ours."""
    if not isinstance(error, HTTPException):
        raise error
    return problem(_BY_STATUS.get(error.status_code, "bad-request"), language_of(request))
