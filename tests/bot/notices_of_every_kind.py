"""What a notice of each kind carries, ordinary and as long as the tables allow."""

from typing import Any
from uuid import UUID, uuid4

from bot import wire
from bot.replies import Channel, Language

VISIT: dict[str, Any] = {
    "slot_id": str(UUID(int=6)),
    "service": "长者午餐",
    "category": "meals",
    "point": "土山社区助餐点",
    "address": "上元大街 1 号",
    "start": "2026-11-24T11:00:00+08:00",
    "end": "2026-11-24T11:30:00+08:00",
    "latitude": 31.95,
    "longitude": 118.84,
}
BOOKING: dict[str, Any] = {
    **VISIT,
    "booking_id": str(UUID(int=5)),
    "code": "402917",
    "party": 2,
    "attendee": "王桂英",
    "for_self": False,
}
INSTEAD = {**VISIT, "kind": "other_time", "distance_m": 620.0}
WAS = {"start": VISIT["start"], "end": VISIT["end"], "point": "土山社区助餐点"}
MISSED = {
    "booking_id": str(UUID(int=5)),
    "service": "读书会",
    "point": "书香阅览室",
    "start": VISIT["start"],
}
PAUSE = {
    "pause_id": str(UUID(int=8)),
    "category": "culture",
    "until": "2026-12-03T10:00:00+08:00",
    "attendee": "王桂英",
    "for_self": False,
    "bookings": [MISSED] * 3,
    "appeal": "/v1/me/pauses/…/appeal",
}
LINE = {"start": VISIT["start"], "service": "长者午餐", "taken": 8, "capacity": 10, "waiting": 2}

SHIFT: dict[str, Any] = {
    "shift_id": str(UUID(int=10)),
    "title": "助餐服务",
    "point": "土山社区助餐点",
    "address": "上元大街 1 号",
    "start": VISIT["start"],
    "end": VISIT["end"],
}

SAID = {"number": 1, "text": "轮椅能进来吗？", "at": "2026-11-23T09:00:00+08:00"}
THREAD: dict[str, Any] = {
    "thread_id": str(UUID(int=13)),
    "desk": "土山社区助餐点",
    "resident": "王桂英",
    "urgent": True,
    "number": 1,
}
REQUEST: dict[str, Any] = {
    "request_id": str(UUID(int=13)),
    "code": "40291734",
    "kind": "lighting",
    "excerpt": "小区北门的路灯坏了",
    "place": "北门",
    "state": "resolved",
    "owner": "李明",
    "rung": "worker",
    "due_at": VISIT["end"],
    "stars": None,
}

DATA: dict[str, dict[str, Any]] = {
    "booking_confirmed": {**BOOKING, "by": "李明"},
    "booking_reminder_evening": BOOKING,
    "booking_reminder_soon": BOOKING,
    "booking_changed": {**BOOKING, "why": "fewer_places", "reason": "炉灶坏了", "was": WAS, "by": "李明"},
    "booking_cancelled_by_point": {
        **BOOKING,
        "why": "point_closed",
        "reason": "停水",
        "alternatives": [INSTEAD] * 3,
    },
    "booking_cancelled_by_relative": {**BOOKING, "by": "李明"},
    "series_result": {
        **VISIT,
        "series_id": str(UUID(int=9)),
        "attendee": "王桂英",
        "for_self": False,
        "party": 1,
        "first": "2026-11-24",
        "last": "2026-12-24",
        "booked": 20,
        "waitlisted": 2,
        "refused": 1,
        "skipped": 3,
    },
    "waitlist_offer": {
        **VISIT,
        "offer_id": str(UUID(int=7)),
        "entry_id": str(UUID(int=7)),
        "party": 2,
        "expires_at": "2026-11-23T09:30:00+08:00",
        "for_self": False,
    },
    "waitlist_offer_withdrawn": {**VISIT, "entry_id": str(UUID(int=7)), "party": 2, "for_self": True},
    "waitlist_closed": {**VISIT, "party": 2, "why": "offer_ran_out"},
    "pause_started": PAUSE,
    "pause_ended": {**PAUSE, "why": "lifted"},
    "point_over_capacity": {**VISIT, "taken": 12, "capacity": 10},
    "point_counts_stale": {"point": "土山社区助餐点", "days": 7, "bookings": 31},
    "point_morning": {
        "point": "土山社区助餐点",
        "day": "2026-11-23",
        "slots": 15,
        "closed": 1,
        "taken": 80,
        "capacity": 120,
        "waiting": 2,
        "lines": [LINE] * 12,
    },
    "job_overdue": {"job": "expire_offers", "since": VISIT["start"], "error": "TimeoutError()"},
    "rating_asked": BOOKING,
    "address_code": {"code": "402917", "minutes": 15},
    "chat_linked": {"chat_id": str(UUID(int=15)), "channel": "web", "name": "Li"},
    "shift_reminder_evening": {**SHIFT, "signup_id": str(UUID(int=13))},
    "shift_reminder_soon": {**SHIFT, "signup_id": str(UUID(int=13))},
    "shift_news": {**SHIFT, "what": "stand_in_found", "stand_in": "李明", "reason": "停水"},
    "shift_offer": {**SHIFT, "wait_id": str(UUID(int=14)), "expires_at": "2026-11-23T09:30:00+08:00"},
    "shift_ask": {**SHIFT, "ask_id": str(UUID(int=11)), "is_stand_in": True},
    "shift_swap": {**SHIFT, "swap_id": str(UUID(int=12)), "instead": SHIFT},
    "shift_alert": {**SHIFT, "what": "late_withdrawal", "missing": 2, "reason": "有事"},
    "request_news": {**REQUEST, "what": "resolved", "note": "灯已换好", "mine": True},
    "request_work": {**REQUEST, "what": "received", "note": ""},
    "wish_news": {"request_id": str(UUID(int=13)), "wish": "一位老人想要收音机", "what": "confirmed"},
    "booking_at_risk": BOOKING,
    "booking_safe_again": BOOKING,
    "thread_message": {**THREAD, "author": "王桂英", "to_staff": True, "items": [SAID]},
    "thread_handed": {**THREAD, "items": [SAID]},
    "thread_alert": {**THREAD, "since": VISIT["start"]},
    "thread_closed": {**THREAD, "by": "resident", "to_staff": True},
    "point_message": {
        "message_id": str(UUID(int=14)),
        "point_id": str(UUID(int=15)),
        "booking_id": str(UUID(int=5)),
        "point": "土山社区助餐点",
        "service": "长者午餐",
        "start": VISIT["start"],
        "end": VISIT["end"],
        "text": "明天停水，请自带水杯。",
    },
}
"""By kind, as the API fills it."""

LONGEST = {
    "text": 2000,
    "desk": 200,
    "resident": 80,
    "author": 80,
    "service": 200,
    "point": 200,
    "address": 300,
    "attendee": 80,
    "by": 80,
    "stand_in": 80,
    "title": 200,
    "reason": 300,
    "error": 500,
    "note": 500,
    "excerpt": 61,
    "place": 200,
    "owner": 80,
    "wish": 500,
}
"""How long texts may be, by the columns that they come from."""


def stretched(value: Any) -> Any:
    """The same data with every text as long as it may be, of characters that markup has to escape."""
    if isinstance(value, list):
        return [stretched(one) for one in value]
    if isinstance(value, dict):
        return {
            name: "<&" * (LONGEST[name] // 2) if name in LONGEST else stretched(one)
            for name, one in value.items()
        }
    return value


def notice(
    kind: str,
    *,
    language: Language = "zh-CN",
    large_text: bool = False,
    channel: Channel = "telegram",
    data: dict[str, Any] | None = None,
) -> wire.Notice:
    """A notice of a kind."""
    return wire.Notice(
        id=uuid4(),
        kind=kind,
        channel=channel,
        address="u1",
        language=language,
        large_text=large_text,
        data=DATA[kind] if data is None else data,
    )
