"""Every kind of notice is declared whole: what there is to know of it, its words in both languages, and that they fit."""

import re
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.news import KINDS as DRAWN
from bot.news import render
from bot.replies import Language
from bot.telegram.drawing import TextMessage, draw
from bot.telegram.sender import without_pin
from models.vocabulary import NoticeGroup, NoticeKind
from scheduling.rules.kinds import KINDS, REMINDERS, Priority
from tests.bot.notices_of_every_kind import DATA, notice, stretched
from tests.bot.samples import NOW
from tests.telegram.fake_rules import TEXT_LIMIT, formatted, markup

EVERY = pytest.mark.parametrize("kind", sorted(NoticeKind))
BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])


def test_a_kind_is_declared_drawn_and_tried() -> None:
    """Whoever adds a kind is told here what is still missing."""
    assert set(KINDS) == set(NoticeKind)
    assert set(NoticeKind) == DRAWN
    assert set(DATA) == set(NoticeKind)


def test_what_a_person_can_do_without_is_named_and_never_what_costs_them_a_place() -> None:
    assert {about.group for about in KINDS.values()} - {None} == set(NoticeGroup)
    for kind in ("booking_changed", "booking_cancelled_by_point", "waitlist_offer", "pause_started"):
        assert KINDS[NoticeKind(kind)].group is None
    about_shifts = {"shift_reminder_evening", "shift_reminder_soon"}
    assert {"booking_reminder_evening", "booking_reminder_soon"} | about_shifts == REMINDERS
    assert not any(KINDS[kind].may_wake for kind in REMINDERS)
    assert {about.priority for about in KINDS.values()} == {Priority.prompt, Priority.usual}


@EVERY
@BOTH
@pytest.mark.parametrize("large", [False, True], ids=["usual", "large text"])
def test_every_variable_is_given_and_the_words_are_of_the_language(
    kind: NoticeKind, language: Language, large: bool
) -> None:
    with capture_logs() as logs:
        reply = render(notice(kind, language=language, large_text=large), NOW)
    assert logs == [], "data that could not be read"
    said = "\n".join([reply.text, *(button.label for row in reply.rows for button in row)])
    assert not re.search(r"[{}]|None\b", said)
    assert reply.large_text is large
    ours = re.sub("|".join(map(re.escape, sorted(texts_in(DATA[kind]), key=len, reverse=True))), "", said)
    if language == "en":
        assert not re.search(r"[\u4e00-\u9fff]", ours), ours
    else:
        assert not re.search(r"[A-Za-z]{4,}", ours), ours


def texts_in(value: Any) -> set[str]:
    """Every text that the data bring along."""
    if isinstance(value, dict):
        return set().union(*map(texts_in, value.values()))
    if isinstance(value, list):
        return set().union(*map(texts_in, value)) if value else set()
    return {value} if isinstance(value, str) else set()


@EVERY
@BOTH
def test_every_notice_is_one_message_that_telegram_takes(kind: NoticeKind, language: Language) -> None:
    """However long names, addresses and reasons are: within 4096 units, buttons within 64 bytes, markup well-formed."""
    for data in (DATA[kind], stretched(DATA[kind])):
        (message,) = draw(without_pin(render(notice(kind, language=language, data=data), NOW)), language)
        assert isinstance(message, TextMessage)
        taken = formatted(message.html, "HTML", limit=TEXT_LIMIT)
        assert taken.text
        if message.markup is not None:
            assert markup(message.markup.to_json(), private=True) is not None


@pytest.mark.parametrize("kind", sorted(REMINDERS))
def test_large_text_says_the_same_in_fewer_words(kind: str) -> None:
    usual, large = (render(notice(kind, large_text=large), NOW).text for large in (False, True))
    assert len(large) < len(usual)
    own = ("助餐服务",) if kind.startswith("shift") else ("长者午餐", "402917", "王桂英")
    for fact in ("明天（周二）11:00–11:30", "土山社区助餐点", *own):
        assert fact in usual
        assert fact in large
