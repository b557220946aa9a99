"""The closed lists of words that tables, rules and the API share (see ARCHITECTURE.md, "Words")."""

from enum import StrEnum


class DivisionLevel(StrEnum):
    """Level of a division; its code has 6, 9 or 12 significant digits."""

    district = "district"
    subdistrict = "subdistrict"
    community = "community"


class Zone(StrEnum):
    """The four zones that providers come from: 街区 社区 园区 校区."""

    street = "street"
    community = "community"
    park = "park"
    campus = "campus"


class Category(StrEnum):
    """What a service is about."""

    elder_care = "elder_care"
    meals = "meals"
    culture = "culture"
    fitness = "fitness"
    classroom = "classroom"
    volunteering = "volunteering"
    legal = "legal"
    mediation = "mediation"
    family = "family"
    counselling = "counselling"


CATEGORY_NAMES: dict[Category, tuple[str, str]] = {
    Category.elder_care: ("养老", "Elder care"),
    Category.meals: ("助餐", "Meals"),
    Category.culture: ("文化", "Culture"),
    Category.fitness: ("健身", "Fitness"),
    Category.classroom: ("课堂", "Classes"),
    Category.volunteering: ("志愿", "Volunteering"),
    Category.legal: ("法律", "Legal advice"),
    Category.mediation: ("调解", "Mediation"),
    Category.family: ("妇幼", "Family"),
    Category.counselling: ("心理", "Counselling"),
}
"""Names for people: (Chinese, English)."""


class DayKind(StrEnum):
    """Which days of its recurrence an opening rule keeps, by the calendar of holidays and make-up workdays."""

    any = "any"
    not_holiday = "not_holiday"
    workday = "workday"
    restday = "restday"


class CalendarDayKind(StrEnum):
    """What the State Council's notice, or staff, made of one date."""

    holiday = "holiday"
    makeup_workday = "makeup_workday"
    ordinary = "ordinary"


class SlotStatus(StrEnum):
    """Whether a slot takes bookings at all."""

    open = "open"
    closed = "closed"


class BookingStatus(StrEnum):
    """The life of a booking. Only confirmed and attended ones occupy places and time."""

    confirmed = "confirmed"
    attended = "attended"
    no_show = "no_show"
    cancelled = "cancelled"


class CancelReason(StrEnum):
    """Why a booking was cancelled."""

    by_person = "by_person"
    by_point = "by_point"


class Arrival(StrEnum):
    """What somebody said of their coming before they came."""

    coming = "coming"
    late = "late"


class BookingSource(StrEnum):
    """How a booking came to be."""

    order = "order"
    waitlist = "waitlist"
    series = "series"
    walk_in = "walk_in"


class WaitlistStatus(StrEnum):
    """The life of a waitlist entry. Only waiting and offered ones hold places or their turn."""

    waiting = "waiting"
    offered = "offered"
    accepted = "accepted"
    left = "left"
    expired = "expired"


class OfferStatus(StrEnum):
    """The life of an offer: held until answered or run out."""

    held = "held"
    accepted = "accepted"
    declined = "declined"
    expired = "expired"


class OccurrenceStatus(StrEnum):
    """What became of one occurrence of a series."""

    booked = "booked"
    waitlisted = "waitlisted"
    refused = "refused"
    skipped = "skipped"


class Affected(StrEnum):
    """What becomes of bookings that no longer fit a lowered capacity or a closed slot (product: Booking 8)."""

    keep = "keep"
    move = "move"
    cancel = "cancel"


class Channel(StrEnum):
    """Where a person can be reached."""

    telegram = "telegram"
    web = "web"
    email = "email"
    sms = "sms"
    wechat = "wechat"


class Language(StrEnum):
    """Languages that everything is said in."""

    zh = "zh-CN"
    en = "en"


class NoticeKind(StrEnum):
    """What a notice tells."""

    booking_reminder_evening = "booking_reminder_evening"
    booking_reminder_soon = "booking_reminder_soon"
    booking_cancelled_by_point = "booking_cancelled_by_point"
    booking_changed = "booking_changed"
    waitlist_offer = "waitlist_offer"
    waitlist_closed = "waitlist_closed"
    waitlist_offer_withdrawn = "waitlist_offer_withdrawn"
    pause_started = "pause_started"
    booking_confirmed = "booking_confirmed"
    booking_cancelled_by_relative = "booking_cancelled_by_relative"
    series_result = "series_result"
    pause_ended = "pause_ended"
    point_over_capacity = "point_over_capacity"
    point_counts_stale = "point_counts_stale"
    point_morning = "point_morning"
    job_overdue = "job_overdue"
    address_code = "address_code"
    chat_linked = "chat_linked"
    rating_asked = "rating_asked"
    shift_reminder_evening = "shift_reminder_evening"
    shift_reminder_soon = "shift_reminder_soon"
    shift_news = "shift_news"
    shift_offer = "shift_offer"
    shift_ask = "shift_ask"
    shift_swap = "shift_swap"
    shift_alert = "shift_alert"
    booking_at_risk = "booking_at_risk"
    booking_safe_again = "booking_safe_again"
    request_news = "request_news"
    request_work = "request_work"
    wish_news = "wish_news"
    thread_message = "thread_message"
    thread_handed = "thread_handed"
    thread_alert = "thread_alert"
    thread_closed = "thread_closed"
    point_message = "point_message"


class NoticeGroup(StrEnum):
    """Notices that a person can do without, by what they are for. What has no group always comes."""

    evening_reminders = "evening_reminders"
    soon_reminders = "soon_reminders"
    confirmations = "confirmations"
    alerts = "alerts"
    summaries = "summaries"


class NoticeStatus(StrEnum):
    """The life of a notice."""

    pending = "pending"
    delivered = "delivered"
    cancelled = "cancelled"
    expired = "expired"
    failed = "failed"


class ChatUpdateStatus(StrEnum):
    """The life of what a channel told the bot: to be worked on, done, or given up after it failed again and again."""

    waiting = "waiting"
    done = "done"
    set_aside = "set_aside"


class Role(StrEnum):
    """What a person may do, within a scope."""

    point_manager = "point_manager"
    grid_worker = "grid_worker"
    staff = "staff"
    administrator = "administrator"


class ScopeKind(StrEnum):
    """What a grant or a policy override holds for."""

    district = "district"
    division = "division"
    point = "point"
    service = "service"
    cell = "cell"


class LinkStatus(StrEnum):
    """The life of a household link; only an active one lets a person act for another."""

    proposed = "proposed"
    active = "active"
    revoked = "revoked"


class AlternativeKind(StrEnum):
    """In what a proposed slot differs from the one wanted (product: Booking 6)."""

    other_time = "other_time"
    other_point = "other_point"
    other_day = "other_day"


class OrganisationKind(StrEnum):
    """Where volunteers come from."""

    university = "university"
    social_organisation = "social_organisation"
    company = "company"
    neighbours = "neighbours"


class CertificateStatus(StrEnum):
    """Whether staff have looked at a certificate's proof. Only verified ones count."""

    submitted = "submitted"
    verified = "verified"
    refused = "refused"


class MembershipStatus(StrEnum):
    """The life of a membership of a team: the person asks, the leader admits."""

    asked = "asked"
    member = "member"
    left = "left"


class ShiftStatus(StrEnum):
    """The life of a shift. Volunteers see it from its publication on."""

    draft = "draft"
    published = "published"
    cancelled = "cancelled"


class SignupStatus(StrEnum):
    """The life of a signup. See `HOLDING` in `models/tables/rosters.py` for those that have a place.

    `applied` waits for the manager's word, `proposed` for the volunteer's.
    """

    applied = "applied"
    proposed = "proposed"
    confirmed = "confirmed"
    stand_in_wanted = "stand_in_wanted"
    withdrawn = "withdrawn"
    refused = "refused"
    attended = "attended"
    absent = "absent"
    excused = "excused"


class SignupSource(StrEnum):
    """How a signup came to be."""

    person = "person"
    team = "team"
    waitlist = "waitlist"
    ask = "ask"
    stand_in = "stand_in"
    standing = "standing"
    suggestion = "suggestion"


class AskStatus(StrEnum):
    """The life of an ask: a question to one person whether they can come."""

    open = "open"
    accepted = "accepted"
    declined = "declined"
    over = "over"


class SwapStatus(StrEnum):
    """The life of a proposed swap of two signups."""

    proposed = "proposed"
    accepted = "accepted"
    declined = "declined"
    void = "void"


class VerifiedBy(StrEnum):
    """What the hours of a signup rest on."""

    scans = "scans"
    manager = "manager"


class HoursOwner(StrEnum):
    """Whose hours an account of the time bank holds.

    `served` is where hours come from, `common` where those go that are over somebody's cap.
    """

    person = "person"
    team = "team"
    served = "served"
    common = "common"


class HoursKind(StrEnum):
    """Why hours were moved."""

    service = "service"
    correction = "correction"
    donation = "donation"


class ThreadSubject(StrEnum):
    """What a thread is about."""

    point = "point"
    booking = "booking"
    request = "request"
    nothing = "nothing"


class DeskKind(StrEnum):
    """Who answers: the people of a point, the workers of a grid cell, or the staff of a division."""

    point = "point"
    cell = "cell"
    division = "division"


class ThreadState(StrEnum):
    """The life of a thread. `open`: nobody has answered yet."""

    open = "open"
    waiting_for_staff = "waiting_for_staff"
    waiting_for_resident = "waiting_for_resident"
    closed = "closed"


class ThreadSide(StrEnum):
    """Whose word it is; `house` is the program itself."""

    resident = "resident"
    staff = "staff"
    house = "house"


class ThreadEvent(StrEnum):
    """What happened in a thread. Only what was said has a text."""

    said = "said"
    taken = "taken"
    handed_on = "handed_on"
    raised = "raised"
    closed = "closed"


class RecordKind(StrEnum):
    """What staff put on a volunteer's record besides hours."""

    training = "training"
    commendation = "commendation"
