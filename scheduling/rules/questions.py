"""Answers to the small questions that a service asks when it is booked: typed, validated, all faults at once."""

from collections.abc import Mapping, Sequence

from scheduling.errors import Reason
from scheduling.policies import Question

Answer = str | int | bool | list[str]


def answered(
    questions: Sequence[Question], given: Mapping[str, Answer]
) -> tuple[dict[str, Answer], list[Reason]]:
    """The answers with defaults filled in, and a reason `answer-invalid` for each that is missing or wrong."""
    known = {question.key for question in questions}
    faults = [
        Reason("answer-invalid", {"question": key, "fault": "unknown"}) for key in sorted(set(given) - known)
    ]
    answers: dict[str, Answer] = {}
    for question in questions:
        value = given.get(question.key, question.default)
        if value is None or value in ("", []):
            if question.required:
                faults.append(Reason("answer-invalid", {"question": question.key, "fault": "missing"}))
        elif _fits(question, value):
            answers[question.key] = value
        else:
            faults.append(Reason("answer-invalid", {"question": question.key, "fault": "wrong"}))
    return answers, faults


def _fits(question: Question, value: Answer) -> bool:
    choices = {choice.key for choice in question.choices}
    if question.kind == "choice":
        return isinstance(value, str) and value in choices
    if question.kind == "choices":
        return isinstance(value, list) and set(value) <= choices and len(set(value)) == len(value)
    if question.kind == "number":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= question.most
    if question.kind == "yes_no":
        return isinstance(value, bool)
    return isinstance(value, str) and len(value) <= question.most
