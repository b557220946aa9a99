"""The closed lists of words of requests and micro-wishes (诉求, 微心愿), shared by tables, rules and the API."""

from enum import StrEnum


class RequestKind(StrEnum):
    """What a request is about."""

    lighting = "lighting"
    rubbish = "rubbish"
    noise = "noise"
    building = "building"
    road = "road"
    utilities = "utilities"
    safety = "safety"
    greenery = "greenery"
    elder_help = "elder_help"
    dispute = "dispute"
    wish = "wish"
    other = "other"


REQUEST_KIND_NAMES: dict[RequestKind, tuple[str, str]] = {
    RequestKind.lighting: ("路灯照明", "Lighting"),
    RequestKind.rubbish: ("垃圾环境", "Rubbish"),
    RequestKind.noise: ("噪音扰民", "Noise"),
    RequestKind.building: ("楼道电梯", "Building and lift"),
    RequestKind.road: ("道路停车", "Road and parking"),
    RequestKind.utilities: ("水电气网", "Water, power, gas"),
    RequestKind.safety: ("安全隐患", "Safety"),
    RequestKind.greenery: ("绿化树木", "Trees and green"),
    RequestKind.elder_help: ("老人帮扶", "Help for elders"),
    RequestKind.dispute: ("邻里矛盾", "Between neighbours"),
    RequestKind.wish: ("微心愿", "Micro-wish"),
    RequestKind.other: ("其他", "Something else"),
}
"""Names for people: (Chinese, English)."""

SHARED_KINDS = frozenset(
    {
        RequestKind.lighting,
        RequestKind.rubbish,
        RequestKind.noise,
        RequestKind.building,
        RequestKind.road,
        RequestKind.utilities,
        RequestKind.safety,
        RequestKind.greenery,
    }
)
"""What many may see and say at once, so that one request can stand for all of them. The rest is one person's own matter
and is never shown to neighbours.
"""


class RequestState(StrEnum):
    """The life of a request."""

    received = "received"
    accepted = "accepted"
    in_progress = "in_progress"
    resolved = "resolved"
    closed = "closed"
    withdrawn = "withdrawn"


OPEN_STATES = frozenset({RequestState.received, RequestState.accepted, RequestState.in_progress})
"""Somebody still has something to do about it."""


class Rung(StrEnum):
    """How far up a request has climbed: who answers for it."""

    worker = "worker"
    community = "community"
    subdistrict = "subdistrict"
    district = "district"


RUNGS = tuple(Rung)
"""From the bottom to the top."""


class WishState(StrEnum):
    """The life of a micro-wish beside that of its request. `unpublished`: its owner has not let volunteers see it."""

    unpublished = "unpublished"
    published = "published"
    claimed = "claimed"
    fulfilled = "fulfilled"


class ClaimState(StrEnum):
    """The life of a volunteer's claim of a wish. Only the first two hold the wish."""

    claimed = "claimed"
    fulfilled = "fulfilled"
    confirmed = "confirmed"
    given_back = "given_back"
    lapsed = "lapsed"


class StepKind(StrEnum):
    """What can be done to a request, and what its history is told in."""

    received = "received"
    accepted = "accepted"
    noted = "noted"
    kind_changed = "kind_changed"
    transfer_asked = "transfer_asked"
    transfer_taken = "transfer_taken"
    transfer_declined = "transfer_declined"
    climbed = "climbed"
    still_overdue = "still_overdue"
    resolved = "resolved"
    reopened = "reopened"
    rated = "rated"
    closed = "closed"
    withdrawn = "withdrawn"
    joined = "joined"
    wish_published = "wish_published"
    wish_claimed = "wish_claimed"
    wish_given_back = "wish_given_back"
    wish_lapsed = "wish_lapsed"
    wish_unclaimed = "wish_unclaimed"
    wish_fulfilled = "wish_fulfilled"
    wish_confirmed = "wish_confirmed"


class Voice(StrEnum):
    """As what somebody did a step: the resident who asked, a neighbour who follows, the owner, who was asked to take it
    over, a volunteer, or the program itself.
    """

    asker = "asker"
    follower = "follower"
    owner = "owner"
    other = "other"
    volunteer = "volunteer"
    program = "program"


class AttachmentKind(StrEnum):
    """What an attachment is."""

    image = "image"
    voice = "voice"
