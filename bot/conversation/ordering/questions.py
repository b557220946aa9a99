"""What a service asks when it is booked: how questions and answers read, and the screens that answer them."""

from dataclasses import replace
from uuid import UUID

from bot import wire
from bot.conversation.actions.ordering import AskAnswer, AskWith, BookWith, SayWords
from bot.conversation.answers import name
from bot.conversation.booking import consents, order_question, place
from bot.conversation.orders import (
    KEPT,
    about,
    askable,
    asking,
    kept_words,
    read,
    spoken,
    with_words,
)
from bot.conversation.turn import Row, Turn, button
from bot.orderer import Answer, Order, Orderer
from bot.replies import Incoming, Reply

WAITS = "order_words"
"""The draft that waits for words to an order."""

LONGEST_NOTE = 300


async def ask_with(turn: Turn, wanted: AskWith) -> Reply:
    """What the booking with these answers would be, and the button that books."""
    _ = turn.words
    slot = await turn.acting_as(Orderer).slot(wanted.slot)
    order, whole = read(turn, slot, wanted.party, wanted.about)
    before = "" if whole else _("Something of it is not there any more. Please look once again.")
    return order_question(turn, slot, order, before=before)


async def book_with(turn: Turn, order: BookWith) -> Reply:
    """Book with these answers, after consent. What cannot be read whole any more is asked about anew."""
    slot = await turn.acting_as(Orderer).slot(order.slot)
    wanted, whole = read(turn, slot, order.party, order.about)
    if not whole or not await consents(turn, order.consent_shown):
        return await ask_with(turn, AskWith(order.slot, order.party, order.about))
    shown = await place(turn, wanted)
    if wanted.note and shown.ticket is not None:
        await turn.resident.drop_draft()
    return shown


async def ask_answer(turn: Turn, wanted: AskAnswer) -> Reply:
    """The answers to one question. A single choice leads back at once; of several each is put on or off."""
    _ = turn.words
    slot = await turn.acting_as(Orderer).slot(wanted.slot)
    order, _whole = read(turn, slot, wanted.party, wanted.about)
    questions = askable(slot.questions)
    if not 0 <= wanted.question < len(questions):
        return order_question(turn, slot, order)
    question = questions[wanted.question]
    rows = [
        (button(label, _changed(turn, slot, changed, wanted, stays=question.kind == "choices")),)
        for label, changed in _choices(turn, question, order)
    ]
    back = button(_("✅ That is all"), asking(order, slot.questions))
    text = _("{question}?", question=name(turn, question))
    if question.kind == "choices":
        text = f"{text}\n" + _("You may choose several. Tap again to take one away.")
    return turn.screen(text, [*rows, (back,)], point=slot.point.id)


async def say_words(turn: Turn, wanted: SayWords) -> Reply:
    """Waits for words: to the point, or as the answer to a question."""
    _ = turn.words
    slot = await turn.acting_as(Orderer).slot(wanted.slot)
    order, _whole = read(turn, slot, wanted.party, wanted.about)
    question = _spoken(slot, wanted.which)
    if question is not None:
        text = _("{question}? Please write it.", question=name(turn, question))
    else:
        text = _("What should the point know? For example: no peanuts. Please write it in a sentence.")
    await turn.resident.keep_draft(
        WAITS,
        {
            "slot": str(slot.id),
            "party": wanted.party,
            "about": wanted.about,
            "which": wanted.which,
            "words": dict(kept_words(turn, slot.id)),
        },
    )
    rows = [(button(_("↩️ Leave it out"), asking(replace(order, note=""), slot.questions)),)]
    return turn.screen(text, rows, point=slot.point.id)


async def take_words(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply | None:
    """Keeps what was said with the order, and shows it."""
    _ = turn.words
    match draft.data:
        case {"slot": str(slot_id), "party": int(party), "about": str(said), "which": int(which)}:
            slot = await turn.acting_as(Orderer).slot(UUID(slot_id))
        case _other:
            return None
    order, _whole = read(turn, slot, party, said)
    question = _spoken(slot, which)
    text = " ".join((incoming.text or "").split())
    if (fault := _fault(turn, question, text)) is not None:
        again = SayWords(slot.id, party, said, which)
        rows: list[Row] = [
            (button(_("✍️ Write it again"), again),),
            (button(_("↩️ Leave it out"), asking(order, slot.questions)),),
        ]
        return turn.screen(fault, rows, point=slot.point.id)
    words = {**kept_words(turn, slot.id), question.key if question is not None else "": text}
    await turn.resident.keep_draft(KEPT, {"slot": str(slot.id), "words": {**words}})
    return order_question(turn, slot, with_words(order, slot.questions, words))


async def keep_waiting(_turn: Turn, _draft: wire.Draft, _incoming: Incoming) -> Reply | None:
    """Words are kept until a button is pressed; what is said meanwhile is not for them."""
    return None


def _spoken(slot: wire.SlotDetail, which: int) -> wire.Question | None:
    questions = spoken(slot.questions)
    return questions[which - 1] if 0 < which <= len(questions) else None


def _fault(turn: Turn, question: wire.Question | None, text: str) -> str | None:
    """What is wrong with what was said; None when nothing is."""
    _ = turn.words
    if not text:
        return _("I need it in words, please.")
    if question is not None and question.kind == "number":
        if not text.isascii() or not text.isdigit() or int(text) > question.most:
            return _("Please write a number from 0 to {most}.", most=question.most)
        return None
    longest = LONGEST_NOTE if question is None else question.most
    if len(text) > longest:
        return _("That is too long: at most {number} characters, please.", number=longest)
    return None


def _choices(turn: Turn, question: wire.Question, order: Order) -> list[tuple[str, Order]]:
    """Each answer as a label, and the order as it would be with it."""
    _ = turn.words
    given = order.answers.get(question.key)

    def having(answer: Answer) -> Order:
        return replace(order, answers={**order.answers, question.key: answer})

    if question.kind == "yes_no":
        return [(_("Yes"), having(True)), (_("No"), having(False))]
    if question.kind == "choice":
        return [
            (("✓ " if choice.key == given else "") + name(turn, choice), having(choice.key))
            for choice in question.choices
        ]
    chosen = list(given) if isinstance(given, list) else []
    found = []
    for choice in question.choices:
        on = choice.key in chosen
        after = [key for key in chosen if key != choice.key] if on else [*chosen, choice.key]
        label = f"{'☑' if on else '☐'} {name(turn, choice)}"
        found.append((label, having(after) if after else _without(order, question.key)))
    return found


def _without(order: Order, key: str) -> Order:
    return replace(order, answers={one: value for one, value in order.answers.items() if one != key})


def _changed(
    turn: Turn, slot: wire.SlotDetail, order: Order, wanted: AskAnswer, *, stays: bool
) -> AskAnswer | AskWith:
    said = about(order, slot.questions)
    if stays:
        return AskAnswer(slot.id, wanted.party, said, wanted.question)
    return AskWith(slot.id, wanted.party, said)
