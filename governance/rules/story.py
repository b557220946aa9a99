"""A request's history as sentences in both languages. Pure; the words stand side by side, so that each is read with the other."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.request_words import REQUEST_KIND_NAMES, RequestKind, Rung, StepKind, Voice
from models.vocabulary import Language

TITLES: Mapping[Rung, tuple[str, str]] = {
    Rung.worker: ("网格员", "grid worker"),
    Rung.community: ("社区网格员", "community grid worker"),
    Rung.subdistrict: ("街道工作人员", "sub-district staff"),
    Rung.district: ("区工作人员", "district staff"),
}
"""What those who answer are called, by how far up they stand: (Chinese, English)."""


@dataclass(frozen=True, slots=True)
class Told:
    """A step with the names that its reader may know. `by` and `about` are None where nobody may be named; `yours`: the
    reader did it.
    """

    what: StepKind
    voice: Voice
    by: str | None
    yours: bool
    owner: str
    rung: Rung
    about: str | None = None
    note: str = ""
    stars: int | None = None
    kind: RequestKind | None = None
    by_hand: bool = False


def owner_name(name: str, rung: Rung, language: Language) -> str:
    """An owner with their title: 网格员李明; Li Ming (grid worker)."""
    zh, en = TITLES[rung]
    return f"{zh}{name}" if language is Language.zh else f"{name} ({en})"


def sentence(told: Told, language: Language) -> str:
    """What happened, in one or two sentences."""
    said = _WORDS[told.what][0 if language is Language.zh else 1].format(**_names(told, language))
    if told.note:
        said += f"“{told.note}”" if language is Language.zh else f" “{told.note}”"
    return said


def _names(told: Told, language: Language) -> Mapping[str, str]:
    zh = language is Language.zh
    stars = told.stars or 0
    names = REQUEST_KIND_NAMES.get(told.kind, ("", "")) if told.kind else ("", "")
    return {
        "by": _by(told, language),
        "owner": owner_name(told.owner, told.rung, language),
        "about": told.about or ("另一位工作人员" if zh else "a colleague"),
        "stars": f"{stars} 星" if zh else f"{stars} star{'s' if stars != 1 else ''}",
        "kind": names[0 if zh else 1],
        "confirmed": _CONFIRMED[told.voice is Voice.program][0 if zh else 1].format(
            by=_by(told, language), about=told.about or ("志愿者" if zh else "a volunteer")
        ),
        "why": _WHY[told.by_hand][0 if zh else 1].format(by=_by(told, language)),
    }


def _by(told: Told, language: Language) -> str:
    zh = language is Language.zh
    if told.yours:
        return "您" if zh else "You"
    match told.voice:
        case Voice.asker:
            return "居民" if zh else "The resident"
        case Voice.follower:
            return "一位邻居" if zh else "A neighbour"
        case Voice.volunteer:
            return f"志愿者{told.by or ''}" if zh else f"Volunteer {told.by or ''}".strip()
        case Voice.program:
            return "系统" if zh else "The system"
        case _:
            return told.by or ("工作人员" if zh else "Staff")


_WHY = {
    False: ("超过时限没有办好，", "It was overdue and went one level up. "),
    True: ("{by}上交一级，", "{by} handed it up. "),
}
_CONFIRMED = {
    False: (
        "{by}确认心愿已实现，感谢志愿者{about}。",
        "{by} confirmed that the wish came true, thanks to {about}.",
    ),
    True: (
        "没有异议，心愿已实现，感谢志愿者{about}。",
        "Nobody objected: the wish came true, thanks to {about}.",
    ),
}
_WORDS: Mapping[StepKind, tuple[str, str]] = {
    StepKind.received: ("收到诉求，由{owner}负责。", "The request came in. {owner} answers for it."),
    StepKind.accepted: ("{by}已受理。", "{by} took it on."),
    StepKind.noted: ("{by}说明进展：", "{by} said how it goes:"),
    StepKind.kind_changed: ("{by}把类别改为“{kind}”。", "{by} changed what it is about to “{kind}”."),
    StepKind.transfer_asked: (
        "{by}请{about}接手；接手之前仍由{owner}负责。",
        "{by} asked {about} to take over; until then {owner} still answers for it.",
    ),
    StepKind.transfer_taken: ("{by}接手并受理。", "{by} took it over."),
    StepKind.transfer_declined: (
        "{by}没有接手，仍由{owner}负责。",
        "{by} did not take it; {owner} still answers for it.",
    ),
    StepKind.climbed: ("{why}现在由{owner}负责。", "{why}Now {owner} answers for it."),
    StepKind.still_overdue: (
        "仍未办好，已再次提醒{owner}。",
        "It is still overdue; {owner} was told again.",
    ),
    StepKind.resolved: ("{by}答复办结：", "{by} answered:"),
    StepKind.reopened: ("{by}不满意，要求重办：", "{by} asked for it to be done again:"),
    StepKind.rated: ("{by}评价：{stars}。", "{by} rated the answer: {stars}."),
    StepKind.closed: ("没有异议，诉求办结归档。", "Nobody objected; the request is closed."),
    StepKind.withdrawn: ("{by}撤回了诉求。", "{by} withdrew the request."),
    StepKind.joined: ("{by}也反映了同样的问题。", "{by} said the same."),
    StepKind.wish_published: ("{by}已把心愿发布给志愿者。", "{by} let volunteers see the wish."),
    StepKind.wish_claimed: ("{by}认领了心愿。", "{by} took on the wish."),
    StepKind.wish_given_back: (
        "{by}退回了认领，心愿等待别的志愿者。",
        "{by} gave the wish back; it waits for another volunteer.",
    ),
    StepKind.wish_lapsed: (
        "认领到期没有完成，心愿等待别的志愿者。",
        "The time to fulfil it ran out; it waits for another volunteer.",
    ),
    StepKind.wish_unclaimed: (
        "没有志愿者认领，仍由{owner}负责落实。",
        "No volunteer took it on; {owner} answers for it again.",
    ),
    StepKind.wish_fulfilled: (
        "{by}说心愿已完成，等待确认。",
        "{by} reported the wish as fulfilled; the resident is asked.",
    ),
    StepKind.wish_confirmed: ("{confirmed}", "{confirmed}"),
}
