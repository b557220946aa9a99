"""Problems: one table from stable codes to HTTP status and words (RFC 9457, application/problem+json)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.language import preferred
from models.database import DatabaseBusyError
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

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Words:
    """What is said to people."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """The words in one language."""
        return self.zh if language is Language.zh else self.en


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

REASONS: Mapping[str, Words] = {
    "slot-closed": Words("这个时段已停开", "This slot is closed"),
    "closure-over": Words("这段停开时间已经过去", "That time is over"),
    "in-closure": Words("这段时间已停开，请先取消停开", "It is closed then; lift the closure first"),
    "overlaps-slot": Words("和已有的时段重叠", "It overlaps a slot that is there"),
    "rule-overlaps": Words("和另一条开放规则重叠", "It overlaps another opening rule"),
    "rule-never-opens": Words("按这条规则一天也不会开放", "By this rule it would never be open"),
    "slot-started": Words("已经开始了", "It has begun"),
    "slot-over": Words("已经结束了", "It is over"),
    "not-yet-open": Words("还没到可以预约的时间", "Booking has not opened yet"),
    "booking-closed": Words("预约已经截止", "Booking has closed"),
    "party-too-large": Words("人数超过上限", "The party is too large"),
    "not-enough-places": Words("名额不够了", "Not enough places are left"),
    "overlapping-booking": Words("同一时间已有别的预约", "There is another booking at that time"),
    "too-many-upcoming": Words(
        "这一类的预约已达上限", "There are as many upcoming bookings of this kind as allowed"
    ),
    "paused": Words("因多次未到，暂时不能提前预约", "Booking ahead rests after several missed bookings"),
    "series-share-full": Words(
        "连续预约的名额已满，请等开放后再约", "Places for series are taken; book when it opens"
    ),
    "answer-invalid": Words("有一项没有填好", "One answer is missing or wrong"),
    "nothing-open": Words("这些日子都不开放", "It is not open on any of these days"),
    "already-waiting": Words("已经在候补了", "Already on the waitlist"),
    "places-are-free": Words("还有名额，可以直接预约", "There are places: book them"),
    "invitation-unknown": Words(
        "号码不对，或者已经过期，请家人再给一个", "This code is wrong or has run out; ask for a new one"
    ),
    "own-invitation": Words(
        "这是您自己的号码，请让家人来输入", "This is your own code: the other one is to enter it"
    ),
    "too-many-invitations": Words(
        "还有好几个邀请没有用，请先用完或等过期",
        "Several invitations are still open: use them first, or let them run out",
    ),
    "channel-not-offered": Words("这里不能用这种方式通知", "Nothing is sent this way here"),
    "code-wrong": Words("号码不对，请再看一看", "This code is wrong: please look again"),
    "address-in-use": Words("这个地址已经有人在用", "This address is somebody else's already"),
    "link-code-unknown": Words(
        "号码不对、用过了或已过期，请重新取一个",
        "This code is wrong, was used, or has run out: get a new one",
    ),
    "has-a-chat": Words(
        "这位居民已有自己的聊天账号，请本人在聊天里取号码",
        "This person has a chat of their own: they can get a code there",
    ),
    "works-here": Words(
        "这是工作人员的账号，请本人登录后取号码",
        "This is an account of somebody who works here: they can get a code when signed in",
    ),
    "acts-for-the-other": Words(
        "两个账号之间有亲属代办，是两个人的账号，不能合在一起",
        "One of the two acts for the other: they are two people and stay two",
    ),
    "chat-has-duties": Words(
        "这个聊天里的账号有工作职责，请先由管理员处理",
        "This chat's account has duties: an administrator has to see to them first",
    ),
    "both-volunteer": Words(
        "两边都有志愿服务记录，请联系站点或管理员来合并",
        "There are records as a volunteer on both sides: please ask the point or an administrator",
    ),
    "bookings-at-once": Words(
        "两边在同一时间都有预约，请先取消一边",
        "There are bookings at the same time on both sides: cancel one of them first",
    ),
    "waiting-twice": Words(
        "两边都在候补同一个时段，请先退出一边",
        "Both sides wait for the same slot: leave one of them first",
    ),
    "alone-in-a-role": Words(
        "这个岗位只有您一个人，请先请管理员找人接手",
        "Nobody else holds this role: have an administrator name somebody first",
    ),
    "answers-requests": Words(
        "您名下还有没办完的诉求，请先交给别人", "You still answer for requests: hand them over first"
    ),
    "works-a-cell": Words(
        "您是网格的网格员，请先交给别人", "You are the worker of a grid cell: hand it over first"
    ),
    "answers-threads": Words(
        "您还在和居民对话，请先结束或转给别人",
        "You are still talking with residents: end it or hand it on first",
    ),
    "both-in-a-thread": Words(
        "两边正和同一处对话，请先结束一个", "Both are talking with the same people: please end one first"
    ),
    "leads-a-team": Words("您是志愿队的负责人，请先交给别人", "You lead a team: hand it over first"),
    "leads-a-shift": Words("您要带一个班次，请先交给别人", "You are to lead a shift: hand it over first"),
    "leads-shifts": Words(
        "您是固定班次的带班人，请先交给别人", "You lead a recurring shift: hand it over first"
    ),
    "notice-over": Words("这条通知不需要再发", "This notice needs no sending"),
    "notice-worthless": Words("已经过时，再发也没有用了", "Its time has passed: sending it is no use"),
    "offer-over": Words("候补邀约已经结束", "The offer has ended"),
    "not-started": Words("还没有开始", "It has not begun yet"),
    "not-attended": Words("这次预约还没有签到", "Nobody was checked in for this booking"),
    "already-rated": Words("已经评价过了", "It has been rated already"),
    "rating-over": Words("评价时间已过", "The time for rating is over"),
    "nobody-waiting": Words("没有人在排队", "Nobody is waiting"),
    "code-of-another-day": Words("这个号码是别的日子的", "This code is for another day"),
    "several-match": Words("有几位名字相符，请选一位", "Several match this name: choose one"),
    "shift-not-open": Words("这个班次不接受报名", "This shift takes nobody"),
    "not-yet-released": Words("还没轮到您所在的团队报名", "It is not yet open to your organisation"),
    "release-cap": Words(
        "新班次刚发布，您在这个站点已报满", "You have as many of this point's new shifts as allowed"
    ),
    "shift-started": Words("班次已经开始", "The shift has begun"),
    "signup-closed": Words("报名已经截止", "Signing up has closed"),
    "already-on-it": Words("已经报过这个班次", "Already on this shift"),
    "shift-full": Words("人数已满", "The shift is full"),
    "overlapping-shift": Words("同一时间已有别的班次", "There is another shift at that time"),
    "too-little-rest": Words("和另一个班次之间休息时间不够", "Too little rest between two shifts"),
    "week-is-full": Words("这一周的服务时间已到上限", "As many hours in that week as allowed"),
    "too-young": Words(
        "还没到这个班次要求的年龄，或没有填写生日", "Below the shift's age, or the age is not known"
    ),
    "guardian-consent-missing": Words("未成年人需要监护人同意", "A guardian has to agree first"),
    "certificate-missing": Words("缺少所需的证书，或证书已过期", "A certificate is missing or has expired"),
    "first-timer-alone": Words(
        "第一次来需要有经验的人带，现在没有人或名额带",
        "On a first shift somebody experienced must have room for you",
    ),
    "suspended": Words("因多次缺席，暂时不能报名", "Signing up rests after several absences"),
    "no-queue": Words("这个班次由站长确认，没有候补", "The manager confirms here; there is no queue"),
    "signup-over": Words("这个报名已经结束或已开始", "This signup has begun or is over"),
    "ask-over": Words("已经有人来了，谢谢您", "Somebody has come forward already; thank you"),
    "swap-over": Words("这次换班已经结束", "This swap is over"),
    "shift-over": Words("班次已经结束或取消", "The shift is over or was cancelled"),
    "more-have-a-place": Words(
        "已有更多人报名，请先减少人数", "More people have a place; refuse some of them first"
    ),
    "already-standing": Words("您已有这个固定班次", "You have a standing place there"),
    "wrong-code": Words("签到码不对", "The code is wrong"),
    "not-checked-in": Words("还没有签到", "Nobody has checked in"),
    "check-out-over": Words("签退时间已过，请站长核实", "The time to check out is over; ask the manager"),
    "correction-over": Words("更正时间已过", "The time for corrections is over"),
    "too-few-hours": Words("账户里的时长不够", "The account does not hold so many hours"),
    "no-room-for-hours": Words("对方账户已到上限", "The other account has no room for them"),
    "guardian-not-of-age": Words("监护人须已成年", "A guardian must be of age"),
    "name-taken": Words("已有同名的", "There is one of that name"),
    "ticket-of-another-point": Words("这张凭证是另一个站点的", "This ticket is for another point"),
    "pause-over": Words("这次暂停已经结束", "This pause has ended"),
    "booking-over": Words("这个预约已经开始或结束", "This booking has begun or is over"),
    "too-early-to-check-in": Words("还没到签到时间", "It is too early to check in"),
    "request-over": Words("这件诉求已经办结或撤回", "This request has been answered or withdrawn"),
    "request-not-answered": Words("这件诉求还没有答复", "This request has not been answered yet"),
    "request-already-rated": Words("已经评价过了", "The answer has been rated already"),
    "reopen-over": Words(
        "要求重办的时间已过，可以再提交一件新的", "The time to reopen it is over; send a new request"
    ),
    "nobody-answers": Words(
        "这里还没有人负责，请拨打社区电话", "Nobody answers for this place yet; please call the community"
    ),
    "nobody-above": Words("上面没有人可以接了", "Nobody stands above to hand it to"),
    "wish-with-volunteer": Words("志愿者正在办这个心愿", "A volunteer has this wish in hand"),
    "wish-otherwise": Words("心愿现在不能这样操作", "This cannot be done to the wish as it is now"),
    "wish-taken": Words("已经有志愿者认领了，谢谢您", "A volunteer has taken it already; thank you"),
    "wish-claims-full": Words(
        "您手上的心愿已经够多了，先完成一个吧", "You have as many wishes in hand as allowed; fulfil one first"
    ),
    "cell-number-taken": Words("这个社区已有这个编号的网格", "The community has a cell of this number"),
    "attachments-not-offered": Words("这里暂时不收照片和语音", "Photos and voice notes are not taken here"),
    "nobody-to-ask": Words(
        "这里暂时没有人在线回复，请打电话", "Nobody answers in writing here yet; please call"
    ),
    "thread-taken": Words("已有同事在回复", "A colleague is answering already"),
    "thread-closed": Words("这次对话已经结束", "This conversation has ended"),
    "newer-thread": Words("您和他们已有新的对话", "There is a newer conversation with them"),
    "newer-message": Words("对方又说了话，请先看一看", "They have said something more; please read it first"),
    "not-answered": Words("还没有回复居民，请先回复", "The resident has no answer yet; please answer first"),
    "not-a-colleague": Words("不能转给这个人", "It cannot be handed on to this person"),
    "nobody-booked": Words("没有人预约，没有发送", "Nobody is booked: nothing was sent"),
    "too-many-point-messages": Words(
        "今天群发的次数已用完", "This point has written as often today as it may"
    ),
    "code-at-several-points": Words(
        "有多个站点用到这个号码，请先选站点", "Several points have this code; name the point"
    ),
}
"""Every reason that a refusal can carry."""


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


async def on_busy(request: Request, _: Exception) -> JSONResponse:
    """Answers when the database is away or too busy."""
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
