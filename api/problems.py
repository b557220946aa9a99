"""Problems: one table from stable codes to HTTP status and words (RFC 9457, application/problem+json)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.language import preferred
from api.reasons import REASONS
from api.words import Words
from models.database import DatabaseBusyError, sqlstate
from models.vocabulary import Language
from scheduling.errors import (
    ActionRefusedError,
    BookingRefusedError,
    BusyError,
    CapacityBelowTakenError,
    DomainError,
    InvalidInputError,
    Reason,
    SignupRefusedError,
)

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its HTTP status, its title, and what to do about it."""

    status: int
    title: Words
    detail: Words


KINDS: Mapping[str, Kind] = {
    "invalid-input": Kind(
        422,
        Words("填写有误", "Something is not filled in right"),
        Words("请按提示修改后再试。", "Please correct the fields named and try again."),
    ),
    "sign-in-required": Kind(
        401,
        Words("请先登录", "Please sign in"),
        Words(
            "没有登录，或登录已过期，请重新登录。",
            "There is no sign-in, or it has run out. Please sign in again.",
        ),
    ),
    "sign-in-failed": Kind(
        401,
        Words("用户名或密码不对", "Name or password is wrong"),
        Words(
            "请检查后再试；忘记密码请联系管理员。",
            "Please check both and try again, or ask an administrator.",
        ),
    ),
    "too-many-sign-ins": Kind(
        429,
        Words("尝试次数过多", "Too many tries"),
        Words("请过一会儿再登录。", "Please wait a while before signing in again."),
    ),
    "too-many-tries": Kind(
        429,
        Words("输错次数过多", "Too many wrong codes"),
        Words(
            "请过一会儿再试，或者请家人重新给您一个号码。",
            "Please wait a while, or ask for a new code meanwhile.",
        ),
    ),
    "too-many-requests": Kind(
        429,
        Words("今天提交得比较多了", "As many as one may send in a day"),
        Words(
            "请过一段时间再提交；紧急情况请直接拨打社区电话。",
            "Please wait before sending more. If it is urgent, please call the community.",
        ),
    ),
    "attachment-not-taken": Kind(
        422,
        Words("这个文件收不了", "This file cannot be taken"),
        Words(
            "照片请用 JPG、PNG、WebP 或 GIF，语音请用 OGG、MP3、M4A、AMR 或 WAV；太大、打不开或不安全的也收不了。",
            "Photos are taken as JPEG, PNG, WebP or GIF, voice notes as OGG, MP3, M4A, AMR or WAV, unless too large,"
            " damaged, or unsafe.",
        ),
    ),
    "too-many-messages": Kind(
        429,
        Words("发得太多了", "Too many messages"),
        Words(
            "请过一会儿再发；着急的话请打电话。",
            "Please wait a while before writing again, or call if it cannot wait.",
        ),
    ),
    "too-many-codes": Kind(
        429,
        Words("取号码的次数过多", "Too many codes in a short time"),
        Words("请过一会儿再取。", "Please wait a while before getting another one."),
    ),
    "not-found": Kind(
        404,
        Words("没有找到", "Not found"),
        Words("您要找的内容不存在，或者您无权查看。", "It does not exist, or is not yours to see."),
    ),
    "forbidden": Kind(
        403,
        Words("没有权限", "Not allowed"),
        Words("您没有权限这样做，请联系管理员。", "You may not do this. Please ask an administrator."),
    ),
    "booking-refused": Kind(
        409,
        Words("这个时段约不上", "This slot cannot be booked"),
        Words("原因见下，可以看看其他选择。", "The reasons are given; other choices may suit you."),
    ),
    "consent-withdrawn": Kind(
        409,
        Words("您已撤回同意", "You took back your agreement"),
        Words(
            "这件事需要先征得同意：purpose 说明是哪一项，person_id 是本人或所代办的亲属。再次同意（POST /v1/me/consents）后即可继续。"
            "查看、更正、导出、取消和注销不需要。",
            "This needs an agreement that was taken back: purpose says which, person_id whose, the caller's or that of whom"
            " they act for. Once it is given again (POST /v1/me/consents) it can be done. Seeing, correcting, exporting,"
            " cancelling and being erased need none.",
        ),
    ),
    "signup-refused": Kind(
        409,
        Words("这个班次报不上", "This shift cannot be taken"),
        Words("原因见下，可以看看其他班次。", "The reasons are given; other shifts may suit you."),
    ),
    "action-refused": Kind(
        409,
        Words("现在不能这样做", "This cannot be done now"),
        Words("原因见下。", "The reasons are given."),
    ),
    "capacity-below-taken": Kind(
        409,
        Words("容量低于已预约人数", "Capacity would be below what is taken"),
        Words(
            "请选择如何安排受影响的居民：keep 全部保留（不再接受新预约），move 把最后预约的改到最近的时段，cancel 取消。停开时只能选 move 或 cancel。",
            "Say what becomes of those affected: keep lets everybody stay and takes nobody new, move takes the last in to"
            " the nearest other slot, cancel cancels them. A slot can only be closed with move or cancel.",
        ),
    ),
    "stale-version": Kind(
        412,
        Words("内容已被他人修改", "Somebody changed it meanwhile"),
        Words("请刷新后再改。", "Please reload and try again."),
    ),
    "version-required": Kind(
        428,
        Words("缺少版本", "Version missing"),
        Words("修改时请在 If-Match 中带上您看到的 ETag。", "Send the ETag that you saw as If-Match."),
    ),
    "idempotency-key-reused": Kind(
        422,
        Words("重复使用了请求标识", "Idempotency-Key was used before"),
        Words("同一个 Idempotency-Key 只能用于同一个请求。", "One Idempotency-Key belongs to one request."),
    ),
    "idempotency-key-in-flight": Kind(
        409,
        Words("上一次请求还在处理", "The first request is still being answered"),
        Words("请稍等片刻再试。", "Please wait a moment and repeat it."),
    ),
    "busy": Kind(
        503,
        Words("现在有点忙", "Busy just now"),
        Words("没有做任何改动，请稍后再试。", "Nothing was changed. Please try again in a moment."),
    ),
    "internal-error": Kind(
        500,
        Words("系统出错了", "Something went wrong here"),
        Words("我们已记录下来，请稍后再试。", "It was recorded. Please try again later."),
    ),
    "body-too-large": Kind(
        413,
        Words("内容太大", "Too much at once"),
        Words("请减少内容后再试。", "Please send less and try again."),
    ),
    "method-not-allowed": Kind(
        405,
        Words("不支持的操作", "Method not allowed"),
        Words("请查看接口文档。", "Please look at the API reference."),
    ),
}
"""Every code, its status and its words."""


def problem(
    code: str, language: Language, data: Mapping[str, Any], *, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """A problem document."""
    kind = KINDS[code]
    body = {
        "type": f"/v1/problems/{code}",
        "title": kind.title.in_language(language),
        "status": kind.status,
        "detail": kind.detail.in_language(language),
        "code": code,
        **data,
    }
    return JSONResponse(body, kind.status, headers, MEDIA_TYPE)


def reasons_data(reasons: Sequence[Reason], language: Language) -> list[dict[str, Any]]:
    """Reasons as a problem shows them."""
    return [
        {"code": reason.code, "title": REASONS[reason.code].in_language(language), **reason.data}
        for reason in reasons
    ]


RETRIED_LATER = frozenset(
    {
        "busy",
        "idempotency-key-in-flight",
        "too-many-codes",
        "too-many-messages",
        "too-many-requests",
        "too-many-sign-ins",
        "too-many-tries",
    }
)
"""What is worth asking again after a while."""


def domain_problem(error: DomainError, language: Language) -> JSONResponse:
    """The problem that an error is."""
    data: dict[str, Any] = dict(error.data)
    headers: dict[str, str] = {}
    if isinstance(error, BookingRefusedError):
        data["reasons"] = reasons_data(error.reasons, language)
        data["alternatives"] = [choice.model_dump(mode="json") for choice in error.alternatives]
        # Waiting is open to whom nothing but the missing places stands against.
        data["waitlist"] = {reason.code for reason in error.reasons} == {"not-enough-places"}
    elif isinstance(error, SignupRefusedError):
        data["reasons"] = reasons_data(error.reasons, language)
        data["shifts"] = [shift.model_dump(mode="json") for shift in error.shifts]
    elif isinstance(error, ActionRefusedError):
        data["reasons"] = reasons_data(error.reasons, language)
    elif isinstance(error, CapacityBelowTakenError):
        data["affected"] = [booking.model_dump(mode="json") for booking in error.affected]
    elif isinstance(error, InvalidInputError):
        pointer, detail = data.pop("field", ""), data.pop("detail", "")
        data["errors"] = [{"pointer": f"/{pointer}" if pointer else "", "detail": detail}]
    if error.code in RETRIED_LATER:
        headers["Retry-After"] = str(data.get("retry_after_s", 1))
    if KINDS[error.code].status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(error.code, language, data, headers=headers)


def _language(request: Request) -> Language:
    return preferred(request.headers.get("accept-language"))


async def on_domain_error(request: Request, error: Exception) -> JSONResponse:
    """Answers a refusal."""
    if not isinstance(error, DomainError):
        raise error
    return domain_problem(error, _language(request))


async def on_busy(request: Request, error: Exception) -> JSONResponse:
    """Answers when the database is away or too busy. What it was is logged by its kind: its words hold what people said."""
    cause = error.__cause__ or error
    route = getattr(request.scope.get("route"), "path", None)
    log.warning("api.busy", route=route, why=type(cause).__name__, sqlstate=sqlstate(cause))
    return domain_problem(BusyError(retry_after_s=1), _language(request))


def json_pointer(parts: Sequence[str | int]) -> str:
    """A place in a document (RFC 6901); the document as a whole is the empty text."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    # A name may hold half a surrogate pair, which no answer can be written with.
    return "".join(f"/{part}" for part in escaped).encode(errors="replace").decode()


async def on_invalid(request: Request, error: Exception) -> JSONResponse:
    """Answers a request that does not fit its shape, with JSON pointers."""
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [
        {
            # Where JSON breaks off is no place in a document.
            "pointer": "" if found["type"] == "json_invalid" else json_pointer(found["loc"][1:]),
            "in": found["loc"][0],
            "detail": found["msg"],
        }
        for found in error.errors()
    ]
    return problem("invalid-input", _language(request), {"errors": errors})


CODES_OF_STATUS = {
    400: "invalid-input",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
}
"""What the router itself refuses."""


async def on_http(request: Request, error: Exception) -> JSONResponse:
    """Answers what the router itself refuses: unknown paths and methods, bodies that cannot be read."""
    if not isinstance(error, HTTPException):
        raise error
    code = CODES_OF_STATUS.get(error.status_code, "internal-error")
    data: dict[str, Any] = {}
    if code == "invalid-input":
        data["errors"] = [{"pointer": "", "in": "body", "detail": error.detail}]
    return problem(code, _language(request), data, headers=dict(error.headers or {}))


async def on_unexpected(request: Request, _: Exception) -> JSONResponse:
    """Answers what nobody foresaw; the server logs it."""
    return problem("internal-error", _language(request), {})


def answer_problems(app: FastAPI) -> None:
    """Teaches an application to answer every error as a problem document."""
    app.add_exception_handler(DomainError, on_domain_error)
    app.add_exception_handler(DatabaseBusyError, on_busy)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_unexpected)


CODES = "x-problems"
"""Where a response in the OpenAPI document keeps the codes of its problems."""


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The problem types of an operation, for its OpenAPI description."""
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {status: described(found) for status, found in by_status.items()}


def described(codes: Sequence[str]) -> dict[str, Any]:
    """A response of the OpenAPI document that is one of these problems; the first is the example."""
    first = KINDS[codes[0]]
    return {
        "description": "; ".join(f"`{code}`: {KINDS[code].title.en}" for code in codes),
        CODES: list(codes),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": {
                    "type": f"/v1/problems/{codes[0]}",
                    "title": first.title.en,
                    "status": first.status,
                    "detail": first.detail.en,
                    "code": codes[0],
                },
            }
        },
    }
