"""Answers to a service's small questions: typed, validated, all faults at once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.vocabulary import Category
from scheduling.policies import Choice, Policy, Question, effective_policy
from scheduling.rules.booking import Terms, refusals
from scheduling.rules.questions import Answer, answered
from tests.scheduling.rules.wishes import wish

KEYS = st.text("abcdefgh_", min_size=1, max_size=6)
ANSWERS: st.SearchStrategy[Any] = st.one_of(
    st.booleans(), st.integers(-5, 300), st.text(max_size=8), st.lists(KEYS, max_size=4)
)


@st.composite
def question_lists(draw: st.DrawFn) -> list[Question]:
    """Questions of every kind under different keys."""
    return [
        Question(
            key=key,
            zh="问",
            en="Asked",
            kind=draw(st.sampled_from(["choice", "choices", "number", "yes_no", "text"])),
            choices=tuple(
                Choice(key=choice, zh="选", en="Choice")
                for choice in draw(st.lists(KEYS, min_size=1, max_size=4, unique=True))
            ),
            required=draw(st.booleans()),
            most=draw(st.integers(1, 200)),
        )
        for key in draw(st.lists(KEYS, max_size=5, unique=True))
    ]


def right_answers(question: Question) -> st.SearchStrategy[Any]:
    """What a person could answer to a question."""
    keys = [choice.key for choice in question.choices]
    return {
        "choice": st.sampled_from(keys),
        "choices": st.lists(st.sampled_from(keys), min_size=1, unique=True),
        "number": st.integers(0, question.most),
        "yes_no": st.booleans(),
        "text": st.text(min_size=1, max_size=question.most),
    }[question.kind]


@given(st.data(), question_lists())
def test_right_answers_are_taken_as_they_are(data: st.DataObject, questions: list[Question]) -> None:
    given_ = {question.key: data.draw(right_answers(question)) for question in questions}
    assert answered(questions, given_) == (given_, [])


@given(question_lists(), st.dictionaries(KEYS, ANSWERS, max_size=6))
def test_whatever_is_answered_each_question_is_kept_left_open_or_a_fault(
    questions: list[Question], given_: dict[str, Answer]
) -> None:
    """Nothing unknown is kept, no question has two faults, and what was required is there or named."""
    kept, faults = answered(questions, given_)
    asked = {question.key: question for question in questions}
    faulty = [str(fault.data["question"]) for fault in faults]
    assert len(faulty) == len(set(faulty))
    assert set(kept) <= set(asked)
    assert not set(kept) & set(faulty)
    assert {key for key in faulty if key not in asked} == set(given_) - set(asked)
    assert {key for key, question in asked.items() if question.required} <= set(kept) | set(faulty)
    assert all(kept[key] == given_[key] for key in kept)


@given(question_lists(), st.dictionaries(KEYS, ANSWERS, max_size=6))
def test_what_was_kept_is_right_when_it_is_given_again(
    questions: list[Question], given_: dict[str, Answer]
) -> None:
    kept, _ = answered(questions, given_)
    again, faults = answered(questions, kept)
    assert again == kept
    assert all(fault.data["fault"] == "missing" for fault in faults)


def asked(**about: Any) -> list[Question]:
    usual: dict[str, Any] = {"key": "q", "zh": "问", "en": "Asked", "kind": "text"}
    return [Question(**{**usual, **about})]


CHOICES = (Choice(key="a", zh="甲", en="A"), Choice(key="b", zh="乙", en="B"))


@pytest.mark.parametrize(
    ("about", "value"),
    [
        ({"kind": "choice", "choices": CHOICES}, "c"),
        ({"kind": "choice", "choices": CHOICES}, ["a"]),
        ({"kind": "choices", "choices": CHOICES}, ["a", "a"]),
        ({"kind": "choices", "choices": CHOICES}, ["a", "c"]),
        ({"kind": "choices", "choices": CHOICES}, "a"),
        ({"kind": "number", "most": 9}, 10),
        ({"kind": "number"}, -1),
        ({"kind": "number"}, True),
        ({"kind": "number"}, "3"),
        ({"kind": "yes_no"}, 1),
        ({"kind": "text", "most": 3}, "four"),
    ],
)
def test_a_wrong_answer_is_named(about: dict[str, Any], value: Answer) -> None:
    kept, (fault,) = answered(asked(**about), {"q": value})
    assert kept == {}
    assert (fault.code, dict(fault.data)) == ("answer-invalid", {"question": "q", "fault": "wrong"})


def test_a_default_answers_for_who_says_nothing() -> None:
    assert answered(asked(kind="choice", choices=CHOICES, default="b", required=True), {}) == ({"q": "b"}, [])


def test_what_is_required_and_empty_is_missing() -> None:
    for nothing in ({}, {"q": ""}):
        kept, (fault,) = answered(asked(required=True), nothing)
        assert kept == {}
        assert fault.data["fault"] == "missing"


def test_a_kitchen_asks_how_it_is_served_and_what_one_may_not_eat() -> None:
    """Meals as a type: eat in unless said otherwise; several dietary needs."""
    questions = effective_policy(Category.meals).questions
    assert answered(questions, {}) == ({"serving": "eat_in"}, [])
    kept, faults = answered(questions, {"serving": "deliver", "diet": ["soft", "halal"]})
    assert (kept, faults) == ({"serving": "deliver", "diet": ["soft", "halal"]}, [])


def test_a_refused_booking_names_every_answer_that_is_wrong() -> None:
    policy = Policy(questions=(*asked(required=True), *asked(key="n", kind="number")))
    found = refusals(wish(policy=policy, answers={"n": "many", "x": 1}, party=7))
    assert [reason.code for reason in found] == ["party-too-large", *["answer-invalid"] * 3]
    assert {reason.data["question"] for reason in found[1:]} == {"x", "q", "n"}


def test_nobody_is_asked_at_the_door() -> None:
    policy = Policy(questions=tuple(asked(required=True)))
    assert refusals(wish(policy=policy, terms=Terms.walk_in)) == []
