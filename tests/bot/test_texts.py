"""Both languages are complete, and times and distances read as people say them."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import bot
from bot.replies import Language
from bot.texts import CATALOGUES, words

ROOT = Path(bot.__file__).parent
SOURCES = sorted([*ROOT.glob("*.py"), *(ROOT / "conversation").rglob("*.py"), *(ROOT / "email").glob("*.py")])
ROOMS = sorted((CATALOGUES / "zh_CN").glob("*.po"))
KEYWORDS = {"_": None, "self": None, "plural": (1, 2)}

RULE = re.compile(
    r"\b(?:\d+|two|three|four|five|six|seven|ten|twelve) (?:minute|hour|day|week|month|year)s?\b"
    r"|\bunder \d+|\bfrom \d+ on\b"
    r"|(?:\d+|[两二三四五六七八九十]+) ?(?:分钟|个?小时|天|周|个月|岁)",
    re.IGNORECASE,
)
"""A length of time or an age in so many words: a rule, which a district may have set otherwise."""

Sentence = str | tuple[str, ...]


def extracted() -> set[Sentence]:
    """All sentences that Babel finds in the code."""
    return {message for path in SOURCES for _, message, _, _ in extract_from_file("python", path, KEYWORDS)}


def called() -> Iterator[Sentence]:
    """All sentences that the code really says, by its syntax tree; a sentence that is not written there is an error."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            match node.func:
                case ast.Name(id="_" | "self"):
                    count = 1
                case ast.Attribute(value=ast.Name(id="_" | "self"), attr="plural"):
                    count = 2
                case _:
                    continue
            said = tuple(ast.literal_eval(argument) for argument in node.args[:count])
            yield said[0] if count == 1 else said


Messages = list[Message]


def of_one_file(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh_CN")


@pytest.fixture(scope="module")
def chinese() -> Messages:
    """What stands in Chinese, in all rooms."""
    return [message for path in ROOMS for message in of_one_file(path) if message.id]


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_the_extraction_misses_nothing() -> None:
    assert extracted() == set(called())


def test_every_sentence_stands_in_chinese_once_and_none_is_left_over(chinese: Messages) -> None:
    said = [message.id for message in chinese]
    assert {id_ for id_ in said if said.count(id_) > 1} == set()
    assert set(said) == extracted()


def test_every_translation_is_there_and_certain(chinese: Messages) -> None:
    for message in chinese:
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(translations), message.id
        assert not message.fuzzy, message.id
    assert not any(of_one_file(path).obsolete for path in ROOMS)


def written(messages: Messages) -> Iterator[str]:
    """Every sentence of them, in both languages."""
    for message in messages:
        for said in (message.id, message.string):
            yield from said if isinstance(said, tuple | list) else (said or "",)


def test_no_sentence_has_the_number_of_a_rule(chinese: Messages) -> None:
    """How long and how old is for the policy to say: such a number comes from the API, in a placeholder."""
    assert {sentence for sentence in written(chinese) if RULE.search(sentence)} == set()


@pytest.mark.parametrize(
    "sentence",
    [
        "From 60 on you book earlier.",
        "two hours before",
        "Under 18, ask a parent.",
        "满 60 岁",
        "前两小时",
        "还有3天",
    ],
)
def test_control_numbers_of_rules_are_found(sentence: str) -> None:
    assert RULE.search(sentence)


def test_placeholders_agree(chinese: Messages) -> None:
    for message in chinese:
        if isinstance(message.id, str):
            assert isinstance(message.string, str)
            assert placeholders(message.string) == placeholders(message.id)
        else:
            assert isinstance(message.id, tuple)
            assert isinstance(message.string, tuple)
            one, many = message.id
            (translation,) = message.string
            assert placeholders(translation) == placeholders(many) | placeholders(one), message.id


NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday, 9:00 in the district


@pytest.mark.parametrize(
    ("days", "chinese_text", "english_text"),
    [
        (0, "今天（周一）11:00–11:30", "Today (Mon) 11:00–11:30"),
        (1, "明天（周二）11:00–11:30", "Tomorrow (Tue) 11:00–11:30"),
        (2, "后天（周三）11:00–11:30", "Nov 25 (Wed) 11:00–11:30"),
        (3, "11月26日（周四）11:00–11:30", "Nov 26 (Thu) 11:00–11:30"),
        (-1, "11月22日（周日）11:00–11:30", "Nov 22 (Sun) 11:00–11:30"),
    ],
)
def test_times_are_said_as_people_say_them(days: int, chinese_text: str, english_text: str) -> None:
    start = NINE + timedelta(days=days, hours=2)
    end = start + timedelta(minutes=30)
    assert words("zh-CN").span(start, end, NINE) == chinese_text
    assert words("en").span(start, end, NINE) == english_text


def test_a_moment_stands_within_a_sentence() -> None:
    moment = NINE + timedelta(days=1)
    assert words("en").moment(moment, NINE) == "tomorrow (Tue) 09:00"
    assert words("zh-CN").moment(moment, NINE) == "明天（周二）09:00"


def test_days_change_at_midnight_in_the_district_not_in_greenwich() -> None:
    late = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)  # 23:59
    early = datetime(2026, 11, 23, 16, 1, tzinfo=UTC)  # 0:01 of the next day
    assert words("en").short_moment(early, late) == "Tomorrow 00:01"
    assert words("en").short_moment(early, early) == "Today 00:01"


@pytest.mark.parametrize(
    ("metres", "language", "text"),
    [
        (3, "zh-CN", "约 50 米"),
        (652, "zh-CN", "约 650 米"),
        (974, "zh-CN", "约 950 米"),
        (999, "zh-CN", "约 1.0 公里"),
        (1340, "zh-CN", "约 1.3 公里"),
        (652, "en", "about 650 m"),
        (1340, "en", "about 1.3 km"),
    ],
)
def test_distances_are_as_precise_as_is_honest(metres: float, language: Language, text: str) -> None:
    assert words(language).distance(metres) == text


def test_english_minds_number_and_chinese_does_not() -> None:
    said = [
        words(language).plural("{number} place left", "{number} places left", number)
        for language in ("en", "zh-CN")
        for number in (1, 2)
    ]
    assert said == ["1 place left", "2 places left", "还有 1 位", "还有 2 位"]


LARGE = sorted((CATALOGUES / "large_text").glob("*.po"))


@pytest.mark.parametrize("path", LARGE, ids=lambda path: str(path.stem))
def test_large_text_says_sentences_of_the_code_in_fewer_words(path: Path, chinese: Messages) -> None:
    usual = {message.id: message.string if path.stem == "zh_CN" else message.id for message in chinese}
    with path.open("rb") as file:
        shorter = [message for message in read_po(file, locale=path.stem) if message.id]
    assert shorter
    for message in shorter:
        assert isinstance(message.id, str)
        assert isinstance(message.string, str)
        assert message.id in usual, message.id
        assert placeholders(message.string) == placeholders(message.id)
        assert len(message.string) < len(str(usual[message.id])), message.id


def test_both_languages_have_the_same_sentences_for_large_text() -> None:
    assert [path.stem for path in LARGE] == ["en", "zh_CN"]
    english, chinese = ({message.id for message in of_one_file(path) if message.id} for path in LARGE)
    assert english == chinese
