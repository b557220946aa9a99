"""Both languages are complete in code and templates."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

import web
from models.vocabulary import Language
from web.texts import CATALOGUES, clock, words

ROOT = Path(web.__file__).parent
CODE = sorted(ROOT.rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").glob("*.html"))
KEYWORDS = {"_": None, "plural": (1, 2)}
COUNTS = {"_": 1, "plural": 2}

Sentence = str | tuple[str, ...]


def extracted() -> set[Sentence]:
    """All sentences that Babel finds."""
    found: set[Sentence] = set()
    for paths, method in ((CODE, "python"), (TEMPLATES, "jinja2")):
        options = {"silent": "false"} if method == "jinja2" else {}
        for path in paths:
            with path.open("rb") as file:
                found |= {message for _, message, _, _ in extract(method, file, KEYWORDS, options=options)}
    return found


def said_in_code() -> Iterator[Sentence]:
    """All sentences that code says, by its syntax tree; one that is not written there is an error."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in COUNTS:
                said = tuple(ast.literal_eval(argument) for argument in node.args[: COUNTS[node.func.id]])
                yield said if len(said) > 1 else said[0]


def said_in_templates() -> Iterator[Sentence]:
    """The same for templates."""
    for path in TEMPLATES:
        for call in Environment(autoescape=True).parse(path.read_text()).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in COUNTS:
                said = tuple(argument.as_const() for argument in call.args[: COUNTS[call.node.name]])
                yield said if len(said) > 1 else said[0]


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with (CATALOGUES / "zh_CN.po").open("rb") as file:
        return read_po(file, locale="zh_CN")


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_the_extraction_misses_nothing() -> None:
    assert extracted() == {*said_in_code(), *said_in_templates()}


def test_every_sentence_stands_in_chinese_and_none_is_left_over(chinese: Catalog) -> None:
    assert {message.id for message in chinese if message.id} == extracted()


def test_every_translation_is_there_and_has_the_same_placeholders(chinese: Catalog) -> None:
    assert not chinese.obsolete
    for message in chinese:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(translations), message.id
        assert not message.fuzzy, message.id
        expected = {name for sentence in ids for name in placeholders(str(sentence))}
        assert all(placeholders(str(text)) == expected for text in translations), message.id


def test_templates_write_nothing_in_one_language_only() -> None:
    """Words stand in sentences that are translated: no letters outside of expressions."""
    for path in TEMPLATES:
        tree = Environment(autoescape=True).parse(path.read_text())
        data = "".join(part.data for part in tree.find_all(nodes.TemplateData))
        outside = "".join(piece.partition(">")[2] for piece in ("<x>" + data).split("<"))
        assert not [letter for letter in outside if letter.isalpha()], path.name


@pytest.mark.parametrize(
    ("language", "day", "nearness"),
    [(Language.zh, "11月24日周二", "明天"), (Language.en, "Tue, Nov 24", "Tomorrow")],
)
def test_days_are_said_as_people_say_them(language: Language, day: str, nearness: str) -> None:
    speaks = words(language)
    assert speaks.day(date(2026, 11, 24)) == day
    assert speaks.nearness(date(2026, 11, 24), date(2026, 11, 23)) == nearness
    assert speaks.nearness(date(2026, 11, 26), date(2026, 11, 23)) == ""


def test_times_are_the_districts() -> None:
    assert clock(datetime(2026, 11, 23, 3, 5, tzinfo=UTC)) == "11:05"
