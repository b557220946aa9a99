"""How the questions of a service, and the answers to them, read."""

from collections.abc import Sequence

from bot import wire
from bot.conversation.turn import Turn
from bot.orderer import Answer, Order


def name(turn: Turn, asked: wire.Question | wire.Choice) -> str:
    """How a question or an answer is called."""
    return asked.zh if turn.me.language == "zh-CN" else asked.en


def answer_lines(turn: Turn, questions: Sequence[wire.Question], order: Order) -> list[str]:
    """What was answered, a line each, with the answers that hold where nothing was said; then the word to the point."""
    _ = turn.words
    lines = [
        _("{question}: {answer}", question=name(turn, question), answer=spelled(turn, question, value))
        for question in questions
        if (value := order.answers.get(question.key, question.default)) is not None
    ]
    return [*lines, *([_("For the point: {note}", note=order.note)] if order.note else [])]


def spelled(turn: Turn, question: wire.Question, value: Answer) -> str:
    """An answer in words."""
    _ = turn.words
    names = {choice.key: name(turn, choice) for choice in question.choices}
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return _(", ").join(names.get(key, key) for key in value)
    return names.get(str(value), str(value))


def unanswered(questions: Sequence[wire.Question], order: Order) -> wire.Question | None:
    """The first question that has to be answered and is not."""
    return next(
        (
            question
            for question in questions
            if question.required and question.default is None and question.key not in order.answers
        ),
        None,
    )
