"""Answers as people read them, in both languages."""

from models.shapes.base import BothLanguages
from scheduling.policies import Choice, Question
from scheduling.rules.questions import readable

QUESTIONS = (
    Question(key="wheelchair", zh="坐轮椅", en="Wheelchair", kind="yes_no"),
    Question(key="seats", zh="座位", en="Seats", kind="number"),
    Question(
        key="diet", zh="饮食", en="Diet", kind="choices", choices=(Choice(key="soft", zh="软烂", en="Soft"),)
    ),
)


def test_answers_stand_in_the_order_of_the_questions_with_their_names() -> None:
    said = readable(QUESTIONS, {"diet": ["soft", "former"], "seats": 2, "wheelchair": True, "gone": "x"})
    assert [(question.zh, answer.zh) for question, answer in said] == [
        ("坐轮椅", "是"),
        ("座位", "2"),
        ("饮食", "软烂、former"),
        ("gone", "x"),
    ]
    assert said[0][1] == BothLanguages(zh="是", en="yes")


def test_what_was_not_answered_is_left_out() -> None:
    assert readable(QUESTIONS, {}) == []
