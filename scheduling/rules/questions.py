"""Answers to the small questions that a service asks when it is booked: typed, validated, all faults at once."""

from collections.abc import Mapping, Sequence

from models.shapes.base import BothLanguages
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


def readable(
    questions: Sequence[Question], answers: Mapping[str, Answer]
) -> list[tuple[BothLanguages, BothLanguages]]:
    """Answers as people read them, in the order of the questions; then those to questions that are asked no more."""
    known = {question.key: question for question in questions}
    former = sorted(set(answers) - set(known))
    return [
        (_asked(known.get(key), key), _said(known.get(key), answers[key]))
        for key in [*known, *former]
        if key in answers
    ]


def _asked(question: Question | None, key: str) -> BothLanguages:
    return (
        BothLanguages(zh=key, en=key) if question is None else BothLanguages(zh=question.zh, en=question.en)
    )


def _said(question: Question | None, answer: Answer) -> BothLanguages:
    if isinstance(answer, bool):
        return BothLanguages(zh="是" if answer else "否", en="yes" if answer else "no")
    names = {choice.key: choice for choice in question.choices} if question is not None else {}
    keys = answer if isinstance(answer, list) else [str(answer)]
    chinese = [names[key].zh if key in names else key for key in keys]
    english = [names[key].en if key in names else key for key in keys]
    return BothLanguages(zh="、".join(chinese), en=", ".join(english))


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
