"""When something is closed, in words."""

from datetime import datetime
from uuid import uuid4

import pytest

from bot.conversation.managing.closing import closure_span
from bot.replies import Language
from bot.wire.managing import Closure
from tests.bot.samples import person, turn_of
from tests.world import at


@pytest.mark.parametrize(
    ("language", "start", "end", "said"),
    [
        ("zh-CN", at(1, 0), at(2, 0), "明天（周二）全天，全部服务"),
        ("en", at(1, 0), at(2, 0), "Tomorrow (Tue), the whole day, all services"),
        ("zh-CN", at(1, 0), at(4, 0), "明天（周二）到11月26日（周四），全部服务"),
        ("en", at(0, 0), at(2, 0), "Today (Mon) to tomorrow (Tue), all services"),
        ("zh-CN", at(1, 8), at(1, 12), "明天（周二）08:00–12:00，全部服务"),
        ("zh-CN", at(1, 8), at(2, 12), "明天 08:00 到 后天 12:00，全部服务"),
    ],
)
def test_whole_days_are_said_as_days(language: Language, start: datetime, end: datetime, said: str) -> None:
    closure = Closure(id=uuid4(), service=None, start=start, end=end, reason="")
    assert closure_span(turn_of(person(language=language)), closure) == said
