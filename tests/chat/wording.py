"""What the screens of the story are known by, in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Pieces of sentences to look for, and pieces of labels to tap."""

    greeting: str
    lunch: str
    lunches: str
    agree: str
    booked: str
    reminder: str
    cancel: str
    really_cancel: str
    cancelled: str
    bookings: str
    nothing_booked: str
    ticket: str
    notice: str


CHINESE = Wording(
    greeting="您好",
    lunch="订午餐",
    lunches="🍚 午餐",
    agree="我同意",
    booked="约好了",
    reminder="提醒您",
    cancel="取消预约",
    really_cancel="是的，取消",
    cancelled="已经取消了",
    bookings="我的预约",
    nothing_booked="现在没有预约",
    ticket="预约凭证",
    notice="通知",
)

ENGLISH = Wording(
    greeting="Hello",
    lunch="Book lunch",
    lunches="🍚 Lunch",
    agree="I agree",
    booked="Booked",
    reminder="A reminder of your booking",
    cancel="Cancel it",
    really_cancel="Yes, cancel",
    cancelled="It is cancelled",
    bookings="Bookings",
    nothing_booked="no upcoming booking",
    ticket="Booking ticket",
    notice="Notice",
)
