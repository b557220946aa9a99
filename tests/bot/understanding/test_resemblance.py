"""Examples weigh intents, and only where they speak clearly."""

import pytest

from bot.understanding import Intent, understand
from bot.understanding.reading import sketched
from bot.understanding.resemblance import EXAMPLES, weighed
from tests.bot.understanding.examples import examples
from tests.bot.understanding.sentences import MAIN_KEYS, NOW, sentences, share_right


def test_the_examples_are_those_that_may_be_looked_at() -> None:
    """Run `make understanding` when this fails: words, patterns or sentences have changed."""
    assert EXAMPLES.read_text(encoding="utf-8") == examples()


def test_nothing_held_out_is_among_the_examples() -> None:
    open_sketches = {line.partition("\t")[2] for line in examples().splitlines()}
    open_texts = {sketched(one.text, NOW) for one in sentences() if not one.held_out}
    assert open_sketches == open_texts


def test_what_a_sentence_names_does_not_matter_to_what_it_resembles() -> None:
    assert sketched("东山街道周五下午的理发", NOW) == sketched("秣陵街道大后天早上的剪头", NOW) == "PDT的A"


def test_rules_that_are_sure_are_not_overruled_by_a_little() -> None:
    for intent in Intent:
        assert weighed("", intent) is intent
        assert weighed("唔", intent) is intent


def test_control_without_examples_less_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    held_out = [one for one in sentences() if one.held_out]
    with_examples = share_right(held_out, MAIN_KEYS)
    monkeypatch.setattr("bot.understanding.reading.weighed", lambda _sketch, by_rules: by_rules)
    by_rules = [understand(one.text, NOW).printed() for one in held_out]
    right = sum(
        all(read[key] == one.expected[key] for key in MAIN_KEYS)
        for one, read in zip(held_out, by_rules, strict=True)
    )
    assert right / len(held_out) < with_examples
