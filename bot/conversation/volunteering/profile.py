"""About me: what I can do, what I would like to do, languages, how far, when; told in taps that each say what they keep."""

from collections.abc import Sequence
from datetime import time

from pydantic import JsonValue

from bot.conversation.actions.volunteer_shifts import Shifts, Volunteering
from bot.conversation.actions.volunteers import (
    AnyTime,
    Certificates,
    Join,
    Organisations,
    Reach,
    SetAsks,
    SetOrganisation,
    SetReach,
    SetSkill,
    SetTime,
    SetTongue,
    SetWish,
    ShowProfile,
    Skills,
    TellBirth,
    TellContact,
    Times,
    Tongues,
    Wishes,
)
from bot.conversation.labels import category_label, category_name, listed
from bot.conversation.turn import Row, Turn, button, in_rows, leaf, limit_for, page_row
from bot.conversation.volunteering.consent import has_agreed
from bot.conversation.volunteering.entrance import ask_join
from bot.conversation.volunteering.skills import SKILLS, skill_name
from bot.conversation.volunteering.words import clock, weekday_name
from bot.replies import Reply
from bot.texts import Words
from bot.volunteer import Volunteer
from bot.wire import volunteers

TONGUES = ("zh-CN", "dialect", "en", "sign")
KILOMETRES = (1, 2, 3, 5, 8, 15, 30)
PARTS = ((time(6), time(12)), (time(12), time(18)), (time(18), time(22)))
"""Morning, afternoon and evening. They touch, so that a shift over noon lies within two of them."""

PAGE = 12
"""Organisations on a screen, two to a row."""


def tongue_name(_: Words, tongue: str) -> str:
    """A language as people call it; another by its own code."""
    match tongue:
        case "zh-CN":
            return _("Mandarin")
        case "dialect":
            return _("Local dialect")
        case "en":
            return _("English")
        case "sign":
            return _("Sign language")
        case _:
            return tongue


def part_name(_: Words, part: int) -> str:
    """A part of the day."""
    match part:
        case 0:
            return _("morning")
        case 1:
            return _("afternoon")
        case _:
            return _("evening")


async def show_profile(turn: Turn, _asked: ShowProfile) -> Reply:
    """All that is kept about the person as a volunteer, and a button to change each."""
    profile = await _known(turn)
    if profile is None:
        return ask_join(turn, Join())
    return await profile_screen(turn, profile)


async def _known(turn: Turn) -> volunteers.Profile | None:
    """The profile of who has agreed to have one."""
    return await turn.acting_as(Volunteer).profile() if has_agreed(turn.me) else None


async def profile_screen(turn: Turn, profile: volunteers.Profile, before: str = "") -> Reply:
    """The profile. `before` is said before it."""
    _ = turn.words
    categories = await turn.resident.categories()
    wishes = [
        category_name(one, turn.me.language) for one in categories if one.code in profile.categories_wished
    ]
    nothing = _("not told")
    lines = [
        _("Age: {age}", age=profile.age) if profile.age is not None else _("Age: not told"),
        _("I can: {what}", what=listed(_, [skill_name(_, one) for one in profile.skills]) or nothing),
        _("I would like to help in: {what}", what=listed(_, wishes) or _("anything")),
        _("Languages: {what}", what=listed(_, [tongue_name(_, one) for one in profile.languages]) or nothing),
        _("As far as: {kilometres} km", kilometres=f"{profile.reach_m / 1000:g}"),
        _("When: {when}", when=hours_text(_, profile.hours_wanted)),
        _(
            "I come from: {organisation}",
            organisation=profile.organisation.name if profile.organisation else _("no organisation"),
        ),
        _(
            "In an emergency: {who}",
            who=contact_text(profile.emergency_name, profile.emergency_phone) or nothing,
        ),
        _("You may ask me when help is needed.")
        if profile.takes_asks
        else _("Please do not ask me when hands are missing."),
        *_guardian_lines(turn, profile),
    ]
    if profile.suspended_until is not None and profile.suspended_until > turn.now:
        until = _.moment(profile.suspended_until, turn.now)
        lines.append(_("Signing up rests until {moment}.", moment=until))
    rows: list[Row] = [
        (button(_("💪 What I can do"), Skills()), button(_("⭐ What I would like"), Wishes())),
        (button(_("🕒 When I can come"), Times()), button(_("🚶 How far"), Reach())),
        (button(_("🗣 Languages"), Tongues()), button(_("🎓 Organisation"), Organisations())),
        (button(_("🎂 Birth date"), TellBirth()), button(_("📜 Certificates"), Certificates())),
        (button(_("🆘 Whom to call"), TellContact(0)),),
    ]
    if profile.minor:
        rows.append((button(_("👪 My parent or guardian"), TellContact(1)),))
    ask = (
        button(_("🔕 Do not ask me to step in"), SetAsks(0))
        if profile.takes_asks
        else button(_("🔔 You may ask me to step in"), SetAsks(1))
    )
    rows += [
        (ask,),
        (button(_("🙋 What help is wanted?"), Shifts()), button(_("🤝 Volunteering"), Volunteering())),
    ]
    first = before or _(
        "What I know about you as a volunteer. Only you, the points where you help, and the district see it."
    )
    return turn.screen("\n\n".join([first, "\n".join(lines)]), rows)


def contact_text(name: str | None, phone: str | None) -> str:
    """Whom to call: a name and a number."""
    return " ".join(part for part in (name, phone) if part)


def _guardian_lines(turn: Turn, profile: volunteers.Profile) -> list[str]:
    """What has to be said of a guardian, for minors."""
    _ = turn.words
    if not profile.minor:
        return []
    told = contact_text(profile.guardian_name, profile.guardian_phone)
    lines = [_("Parent or guardian: {who}", who=told or _("not told"))]
    lines.append(
        _("They have agreed.")
        if profile.guardian_consent_at is not None
        else _(
            "They have not agreed yet. A parent who may act for you agrees here, under “Volunteering”; or they sign on paper at a "
            "point."
        )
    )
    return lines


def hours_text(_: Words, spans: Sequence[volunteers.WeeklyHours]) -> str:
    """When somebody can come: 周六 06:00–18:00."""
    if not spans:
        return _("at any time")
    return listed(_, [f"{weekday_name(_, one.weekday)} {clock(one.start)}–{clock(one.end)}" for one in spans])


async def _changed(turn: Turn, **changes: JsonValue) -> volunteers.Profile | None:
    """The profile after a change; None where there is none to change."""
    profile = await _known(turn)
    return None if profile is None else await turn.acting_as(Volunteer).rewrite(profile, **changes)


def _with(known: Sequence[str], one: str, on: int) -> list[JsonValue]:
    """A list with something in it, or without it."""
    rest: list[JsonValue] = [other for other in known if other != one]
    return [*rest, one] if on else rest


async def show_skills(turn: Turn, _asked: Skills) -> Reply:
    """What one can do, to choose."""
    profile = await _known(turn)
    return ask_join(turn, Join()) if profile is None else _skills_screen(turn, profile)


def _skills_screen(turn: Turn, profile: volunteers.Profile) -> Reply:
    _ = turn.words
    known = dict.fromkeys([*SKILLS, *profile.skills])
    buttons = [
        button(
            _ticked(skill_name(_, skill), skill in profile.skills),
            SetSkill(skill, int(skill not in profile.skills)),
        )
        for skill in known
    ]
    text = _(
        "What can you do? Tap what fits; ✓ is what I have kept. Where a shift needs proof, hand in a certificate."
    )
    rows = [*in_rows(buttons, 2), (button(_("📜 Certificates"), Certificates()),), _back(turn)]
    return turn.screen(text, rows)


async def set_skill(turn: Turn, order: SetSkill) -> Reply:
    """Keep whether one can do something."""
    profile = await _known(turn)
    if profile is None:
        return ask_join(turn, Join())
    skills = _with(profile.skills, order.skill, order.on)
    return _skills_screen(turn, await turn.acting_as(Volunteer).rewrite(profile, skills=skills))


async def show_wishes(turn: Turn, _asked: Wishes) -> Reply:
    """The categories that one would like to help in, to choose."""
    profile = await _known(turn)
    return ask_join(turn, Join()) if profile is None else await _wishes_screen(turn, profile)


async def _wishes_screen(turn: Turn, profile: volunteers.Profile) -> Reply:
    _ = turn.words
    buttons = [
        button(
            _ticked(category_label(one, turn.me.language), one.code in profile.categories_wished),
            SetWish(one.code, int(one.code not in profile.categories_wished)),
        )
        for one in await turn.resident.categories()
    ]
    text = _("In what would you like to help? ✓ is what I have kept; with none, you are shown everything.")
    return turn.screen(text, [*in_rows(buttons, 2), _back(turn)])


async def set_wish(turn: Turn, order: SetWish) -> Reply:
    """Keep whether one would like to help in a category."""
    profile = await _known(turn)
    if profile is None:
        return ask_join(turn, Join())
    wishes = _with(profile.categories_wished, order.category, order.on)
    changed = await turn.acting_as(Volunteer).rewrite(profile, categories_wished=wishes)
    return await _wishes_screen(turn, changed)


async def show_tongues(turn: Turn, _asked: Tongues) -> Reply:
    """The languages that one speaks, to choose."""
    profile = await _known(turn)
    return ask_join(turn, Join()) if profile is None else _tongues_screen(turn, profile)


def _tongues_screen(turn: Turn, profile: volunteers.Profile) -> Reply:
    _ = turn.words
    buttons = [
        button(
            _ticked(tongue_name(_, one), one in profile.languages),
            SetTongue(one, int(one not in profile.languages)),
        )
        for one in TONGUES
    ]
    text = _("Which languages do you speak? ✓ is what I have kept.")
    return turn.screen(text, [*in_rows(buttons, 2), _back(turn)])


async def set_tongue(turn: Turn, order: SetTongue) -> Reply:
    """Keep whether one speaks a language."""
    profile = await _known(turn)
    if profile is None:
        return ask_join(turn, Join())
    spoken = _with(profile.languages, order.tongue, order.on)
    return _tongues_screen(turn, await turn.acting_as(Volunteer).rewrite(profile, languages=spoken))


def show_reach(turn: Turn, _asked: Reach) -> Reply:
    """How far one would go, to choose."""
    _ = turn.words
    buttons = [button(_("up to {kilometres} km", kilometres=each), SetReach(each)) for each in KILOMETRES]
    text = _("How far from home would you go? The one that you tap is kept.")
    return turn.screen(text, [*in_rows(buttons, 2), _back(turn)])


async def set_reach(turn: Turn, order: SetReach) -> Reply:
    """Keep how far one would go."""
    _ = turn.words
    metres = min(max(order.kilometres, 1), max(KILOMETRES)) * 1000
    return await _then_profile(turn, await _changed(turn, reach_m=metres))


async def _then_profile(turn: Turn, profile: volunteers.Profile | None) -> Reply:
    _ = turn.words
    return (
        ask_join(turn, Join())
        if profile is None
        else await profile_screen(turn, profile, _("Thank you, I have kept this:"))
    )


async def set_asks(turn: Turn, order: SetAsks) -> Reply:
    """Keep whether one may be asked to step in."""
    return await _then_profile(turn, await _changed(turn, takes_asks=bool(order.on)))


async def show_times(turn: Turn, _asked: Times) -> Reply:
    """When one can come, to choose by parts of the days of a week."""
    profile = await _known(turn)
    return ask_join(turn, Join()) if profile is None else _times_screen(turn, profile)


def _times_screen(turn: Turn, profile: volunteers.Profile) -> Reply:
    _ = turn.words
    rows: list[Row] = []
    for weekday in range(7):
        chosen = parts_of(profile.hours_wanted, weekday)
        rows.append(
            tuple(
                button(
                    _ticked(f"{weekday_name(_, weekday)} {part_name(_, part)}", part in chosen),
                    SetTime(weekday, part, int(part not in chosen)),
                )
                for part in range(len(PARTS))
            )
        )
    rows += [(button(_("🕒 I can come at any time"), AnyTime()),), _back(turn)]
    text = _(
        "When can you come? Tap the parts of the week; ✓ is what I have kept. I ask you only then. Now: {when}",
        when=hours_text(_, profile.hours_wanted),
    )
    return turn.screen(text, rows)


def parts_of(spans: Sequence[volunteers.WeeklyHours], weekday: int) -> set[int]:
    """The parts of a day of the week that some span reaches into."""
    return {
        part
        for part, (start, end) in enumerate(PARTS)
        if any(one.weekday == weekday and one.start < end and start < one.end for one in spans)
    }


def spans_of(weekday: int, parts: set[int]) -> list[JsonValue]:
    """The parts of a day of the week as spans; parts that touch are one."""
    spans: list[tuple[time, time]] = []
    for part in sorted(parts):
        start, end = PARTS[part]
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return [{"weekday": weekday, "start": clock(start), "end": clock(end)} for start, end in spans]


async def set_time(turn: Turn, order: SetTime) -> Reply:
    """Keep whether one can come in a part of a day; the other days of the week stay as they are."""
    profile = await _known(turn)
    if profile is None:
        return ask_join(turn, Join())
    weekday, part = min(max(order.weekday, 0), 6), min(max(order.part, 0), len(PARTS) - 1)
    parts = parts_of(profile.hours_wanted, weekday)
    parts = parts | {part} if order.on else parts - {part}
    others: list[JsonValue] = [
        one.model_dump(mode="json") for one in profile.hours_wanted if one.weekday != weekday
    ]
    spans = [*others, *spans_of(weekday, parts)]
    return _times_screen(turn, await turn.acting_as(Volunteer).rewrite(profile, hours_wanted=spans))


async def any_time(turn: Turn, _order: AnyTime) -> Reply:
    """Keep that one can come at any time."""
    return await _then_profile(turn, await _changed(turn, hours_wanted=[]))


async def show_organisations(turn: Turn, wanted: Organisations) -> Reply:
    """Organisations, to choose the one that one comes from."""
    _ = turn.words
    found = await turn.acting_as(Volunteer).organisations(limit_for(wanted.page, PAGE))
    shown, more = leaf(found, wanted.page, PAGE)
    buttons = [button(one.name, SetOrganisation(one.id)) for one in shown]
    rows = [
        *in_rows(buttons, 2),
        *page_row(_, wanted.page, Organisations, more=more),
        (button(_("I come by myself"), SetOrganisation(None)),),
        _back(turn),
    ]
    return turn.screen(_("Which organisation do you come from? The one that you tap is kept."), rows)


async def set_organisation(turn: Turn, order: SetOrganisation) -> Reply:
    """Keep where one comes from."""
    chosen = None if order.organisation is None else str(order.organisation)
    return await _then_profile(turn, await _changed(turn, organisation_id=chosen))


def _ticked(label: str, on: bool) -> str:  # a label and whether it is ticked
    return f"✓ {label}" if on else label


def _back(turn: Turn) -> Row:
    _ = turn.words
    return (button(_("👤 About me"), ShowProfile()),)
