"""An order as its buttons carry it: for whom, and what was answered, in at most 22 characters.

0198c0de-2b0_
│        │  └ words were said too; they stand in the draft
│        └ the answers, question by question (`width` says how many characters each)
└ the last eight digits of the attendee's id; none for oneself
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from bot import wire
from bot.conversation.actions import Action, AskBook, Book
from bot.conversation.actions.ordering import AskWith, BookWith
from bot.conversation.turn import Turn
from bot.orderer import Answer, Order

TAIL = 8
MOST_CODE = 12
"""Characters of answers that a button has room for."""

KEPT = "order_said"
"""The draft that keeps words which were said for an order, until it is placed."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_CHOICES_A_DIGIT = 5


def askable(questions: Sequence[wire.Question]) -> tuple[wire.Question, ...]:
    """The questions that buttons can answer, as many as a button has room for."""
    found: list[wire.Question] = []
    room = MOST_CODE
    for question in questions:
        room -= width(question)
        if width(question) and room >= 0:
            found.append(question)
    return tuple(found)


def spoken(questions: Sequence[wire.Question]) -> tuple[wire.Question, ...]:
    """The questions that are answered in words or by a number that is typed."""
    return tuple(question for question in questions if not width(question))


def width(question: wire.Question) -> int:
    """Characters that an answer takes; 0 where it is typed."""
    match question.kind:
        case "choice" if len(question.choices) < len(_DIGITS):
            return 1
        case "yes_no":
            return 1
        case "choices":
            return -(-len(question.choices) // _CHOICES_A_DIGIT)
        case _:
            return 0


def about(order: Order, questions: Sequence[wire.Question]) -> str:
    """What a button carries of an order besides slot and party."""
    tail = "" if order.attendee is None else order.attendee.hex[-TAIL:]
    code = "".join(_written(question, order.answers.get(question.key)) for question in askable(questions))
    typed = order.note or any(question.key in order.answers for question in spoken(questions))
    return f"{tail}-{code}{'_' if typed else ''}"


def asking(order: Order, questions: Sequence[wire.Question]) -> Action:
    """The action that asks about an order."""
    if order.answers or order.note:
        return AskWith(order.slot, order.party, about(order, questions))
    return AskBook(order.slot, order.party, order.attendee)


def booking(order: Order, questions: Sequence[wire.Question], *, consent_needed: bool) -> Action:
    """The action that places it."""
    consent = int(consent_needed)
    if order.answers or order.note:
        return BookWith(order.slot, order.party, about(order, questions), consent)
    return Book(order.slot, order.party, order.attendee, consent)


def read(turn: Turn, slot: wire.SlotDetail, party: int, said: str) -> tuple[Order, bool]:
    """The order that a button carries, and whether it is whole: not where its attendee has left the household, or the words
    that were said are kept no more.
    """
    tail, _separator, code = said.partition("-")
    attendee = _attendee(turn, tail)
    whole = attendee is not None or not tail
    answers = _read(slot.questions, code.removesuffix("_"))
    order = Order(slot.id, max(1, party), attendee, answers)
    if code.endswith("_"):
        words = kept_words(turn, slot.id)
        whole = whole and bool(words)
        order = with_words(order, slot.questions, words)
    return order, whole


def kept_words(turn: Turn, slot: UUID) -> Mapping[str, str]:
    """What was said for an order of this slot: the note under an empty key, answers under their question's."""
    draft = turn.me.draft
    if draft is None or draft.data.get("slot") != str(slot):
        return {}
    words = draft.data.get("words")
    return {key: str(value) for key, value in words.items()} if isinstance(words, dict) else {}


def with_words(order: Order, questions: Sequence[wire.Question], words: Mapping[str, str]) -> Order:
    """The order with what was said for it."""
    typed: dict[str, Answer] = {}
    for question in spoken(questions):
        if (said := words.get(question.key)) is not None:
            typed[question.key] = int(said) if question.kind == "number" else said
    return replace(order, answers={**order.answers, **typed}, note=words.get("", ""))


def _attendee(turn: Turn, tail: str) -> UUID | None:
    found = [one.person_id for one in turn.me.household if one.person_id.hex.endswith(tail)] if tail else []
    return found[0] if len(found) == 1 else None


def _written(question: wire.Question, answer: Answer | None) -> str:
    keys = [choice.key for choice in question.choices]
    match question.kind:
        case "choice":
            return _DIGITS[keys.index(answer) + 1] if isinstance(answer, str) and answer in keys else "0"
        case "yes_no":
            return "0" if answer is None else _DIGITS[1 + bool(answer)]
        case _:
            chosen = set(answer) if isinstance(answer, list) else set()
            marks = [key in chosen for key in keys]
            groups = [marks[at : at + _CHOICES_A_DIGIT] for at in range(0, len(marks), _CHOICES_A_DIGIT)]
            return "".join(_DIGITS[sum(mark << at for at, mark in enumerate(group))] for group in groups)


def _read(questions: Sequence[wire.Question], code: str) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for question in askable(questions):
        mine, code = code[: width(question)], code[width(question) :]
        if (answer := _answer(question, mine)) is not None:
            answers[question.key] = answer
    return answers


def _answer(question: wire.Question, code: str) -> Answer | None:
    """An answer as it was written; a button from before the questions changed may carry nothing that can be read."""
    digits = [_DIGITS.find(digit) for digit in code]
    if not digits or min(digits) < 0:
        return None
    keys = [choice.key for choice in question.choices]
    match question.kind:
        case "choice":
            return keys[digits[0] - 1] if 0 < digits[0] <= len(keys) else None
        case "yes_no":
            return {1: False, 2: True}.get(digits[0])
        case _:
            chosen = [
                key
                for at, key in enumerate(keys)
                if digits[at // _CHOICES_A_DIGIT : at // _CHOICES_A_DIGIT + 1]
                and digits[at // _CHOICES_A_DIGIT] >> at % _CHOICES_A_DIGIT & 1
            ]
            return chosen or None
