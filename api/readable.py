"""One's own data as a page to read: the same document as the JSON, in the words of the person, one table a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from html import escape
from typing import Any

from api.words import Words
from models.shapes.base import local
from models.shapes.identity import MeExport
from models.vocabulary import Language

Value = Any  # whatever a view of the export holds


@dataclass(frozen=True, slots=True)
class Table:
    """A list of the export: its title, and its columns, each with the path to what stands in it."""

    name: str
    title: Words
    columns: Sequence[tuple[Words, str]]


WHEN, WHERE, WHAT, STATUS = (
    Words("时间", "When"),
    Words("站点", "Point"),
    Words("内容", "What"),
    Words("状态", "Status"),
)

PROFILE: Sequence[tuple[Words, str]] = (
    (Words("姓名", "Name"), "profile.name"),
    (Words("手机号", "Phone number"), "phone"),
    (Words("生日", "Birthday"), "profile.birth_date"),
    (Words("残疾", "Disability"), "profile.disability"),
    (Words("住处", "Home"), "profile.home_division.name"),
    (Words("住处的位置", "Home on the map"), "profile.home"),
    (Words("语言", "Language"), "profile.language"),
    (Words("提醒", "Reminders"), "profile.reminders"),
    (Words("不接收的通知", "Notices not wanted"), "profile.opted_out"),
    (Words("大字", "Large text"), "profile.large_text"),
    (Words("登记时间", "Registered"), "registered_at"),
    (Words("已服务的分钟", "Minutes served"), "hours.served_minutes"),
    (Words("时间银行余额（分钟）", "Minutes in the time bank"), "hours.balance_minutes"),
    (Words("志愿技能", "Skills as a volunteer"), "volunteer.skills"),
    (Words("紧急联系人", "Whom to call"), "volunteer.emergency_name"),
    (Words("紧急联系人电话", "Phone number to call"), "volunteer.emergency_phone"),
    (Words("监护人", "Guardian"), "volunteer.guardian_name"),
    (Words("监护人电话", "Guardian's phone number"), "volunteer.guardian_phone"),
)

TABLES: Sequence[Table] = (
    Table(
        "profile.roles",
        Words("职责", "Roles"),
        ((WHAT, "role"), (WHERE, "name")),
    ),
    Table(
        "chats",
        Words("聊天和地址", "Chats and addresses"),
        (
            (Words("渠道", "Channel"), "channel"),
            (Words("地址", "Address"), "address"),
            (Words("开始", "Since"), "since"),
            (Words("最近", "Last seen"), "last_seen_at"),
        ),
    ),
    Table(
        "consents",
        Words("同意过的事", "Agreed to"),
        (
            (WHAT, "purpose"),
            (Words("版本", "Version"), "version"),
            (Words("同意时间", "Given"), "given_at"),
            (Words("撤回时间", "Taken back"), "withdrawn_at"),
        ),
    ),
    Table(
        "household.i_act_for",
        Words("我代办的家人", "Whom I act for"),
        ((Words("姓名", "Name"), "name"), (Words("关系", "Relation"), "relation")),
    ),
    Table(
        "household.they_act_for_me",
        Words("替我代办的家人", "Who acts for me"),
        ((Words("姓名", "Name"), "name"), (Words("关系", "Relation"), "relation")),
    ),
    Table(
        "bookings",
        Words("预约", "Bookings"),
        (
            (WHEN, "slot.start"),
            (WHERE, "point.name"),
            (WHAT, "service.name"),
            (Words("到场人", "For"), "attendee.name"),
            (Words("人数", "Places"), "party"),
            (STATUS, "status"),
            (Words("备注", "Note"), "note"),
            (Words("回答", "Answers"), "answers"),
        ),
    ),
    Table(
        "waitlist",
        Words("候补", "Waitlists"),
        ((WHEN, "slot.start"), (WHERE, "slot.point.name"), (WHAT, "slot.service.name"), (STATUS, "status")),
    ),
    Table(
        "series",
        Words("连续预约", "Series"),
        (
            (WHAT, "service.name"),
            (Words("从", "From"), "first"),
            (Words("到", "Until"), "last"),
            (Words("已取消", "Cancelled"), "cancelled"),
        ),
    ),
    Table(
        "ratings",
        Words("评价", "Ratings"),
        ((WHEN, "created_at"), (Words("星", "Stars"), "stars"), (Words("评语", "Comment"), "comment")),
    ),
    Table(
        "pauses",
        Words("暂停预约", "Pauses"),
        ((WHEN, "created_at"), (Words("到", "Until"), "until"), (Words("申诉", "Appeal"), "appeal")),
    ),
    Table(
        "signups",
        Words("志愿报名", "Shifts"),
        ((WHEN, "shift.start"), (WHERE, "shift.point.name"), (WHAT, "shift.title"), (STATUS, "status")),
    ),
    Table(
        "statements",
        Words("时长记录", "Statements of hours"),
        (
            (Words("编号", "Code"), "code"),
            (Words("从", "From"), "first"),
            (Words("到", "Until"), "last"),
            (Words("分钟", "Minutes"), "minutes"),
        ),
    ),
    Table(
        "notices",
        Words("发过的通知", "Messages"),
        ((WHEN, "due_at"), (WHAT, "kind"), (STATUS, "status"), (Words("渠道", "Channel"), "channel")),
    ),
)

CODES: Mapping[str, Words] = {
    "confirmed": Words("已确认", "confirmed"),
    "attended": Words("已到", "attended"),
    "no_show": Words("未到", "missed"),
    "cancelled": Words("已取消", "cancelled"),
    "waiting": Words("候补中", "waiting"),
    "offered": Words("有邀约", "offered"),
    "accepted": Words("已接受", "accepted"),
    "left": Words("已退出", "left"),
    "expired": Words("已过期", "expired"),
    "withdrawn": Words("已退出", "withdrawn"),
    "delivered": Words("已送达", "delivered"),
    "pending": Words("待发送", "to be sent"),
    "failed": Words("没有送达", "not delivered"),
    "telegram": Words("Telegram", "Telegram"),
    "web": Words("网页聊天", "chat page"),
    "email": Words("电子邮件", "e-mail"),
    "sms": Words("短信", "short message"),
    "wechat": Words("微信", "WeChat"),
    "service": Words("保存预约和提醒", "keeping bookings and reminding"),
    "point_manager": Words("站点负责人", "point manager"),
}
"""Words for the codes that people meet most. Others stand as they are: the JSON has all of them alike."""

TITLE = Words("我的资料", "My data")
INTRO = Words(
    "这里是系统里保存的关于您的全部内容，{at} 生成。请自己保管，里面有完整的手机号。",
    "This is everything that is stored about you, as of {at}. Keep it to yourself: it has your whole phone number.",
)
SHORTENED = Words("（只列出最近的 {most} 条）", "(the latest {most})")
NONE = Words("没有", "None")

STYLE = (
    "body{font:18px/1.6 sans-serif;max-width:46rem;margin:1rem auto;padding:0 1rem;color:#1f2a27}"
    "h2{margin:1.6rem 0 .4rem;font-size:1.15rem}div{overflow-x:auto}"
    "table{border-collapse:collapse;width:100%;font-size:.9rem}"
    "th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid #d8d0bf;"
    "overflow-wrap:anywhere}"
)


def page(export: MeExport, language: Language) -> str:
    """The page: one file without anything from elsewhere, so that it reads the same in ten years."""

    def say(words: Words) -> str:
        return escape(words.in_language(language))

    def table(head: Sequence[Words], rows: Sequence[Sequence[Value]]) -> str:
        if not rows:
            return f"<p>{say(NONE)}</p>"
        heading = "".join(f"<th>{say(words)}</th>" for words in head)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(shown(cell, language))}</td>' for cell in row)}</tr>" for row in rows
        )
        return f"<div><table><tr>{heading}</tr>{body}</table></div>"

    at = shown(export.made_at, language)
    parts = [f"<h1>{say(TITLE)}</h1>", f"<p>{say(INTRO).format(at=escape(at))}</p>"]
    parts.append(
        "<table>"
        + "".join(
            f"<tr><th>{say(label)}</th><td>{escape(shown(found(export, path), language))}</td></tr>"
            for label, path in PROFILE
        )
        + "</table>"
    )
    for each in TABLES:
        more = f" {say(SHORTENED).format(most=export.most)}" if each.name in export.shortened else ""
        rows = [[found(item, path) for _, path in each.columns] for item in found(export, each.name) or ()]
        parts += [f"<h2>{say(each.title)}{more}</h2>", table([label for label, _ in each.columns], rows)]
    for part in export.parts:
        names = sorted({name for item in part.items for name in item})
        heads = [Words(name, name) for name in names]
        rows = [[item.get(name) for name in names] for item in part.items]
        parts += [f"<h2>{escape(part.name)}</h2>", table(heads, rows)]
    return (
        f'<!doctype html><html lang="{language.value}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{say(TITLE)}</title>'
        f"<style>{STYLE}</style>{''.join(parts)}</html>"
    )


def found(item: Value, path: str) -> Value:
    """What stands at a path of names; nothing where there is nothing on the way."""
    for name in path.split("."):
        if item is None:
            return None
        item = item.get(name) if isinstance(item, Mapping) else getattr(item, name)
    return item


def shown(value: Value, language: Language) -> str:  # noqa: PLR0911 - one line a kind of value
    """A value as people read it."""
    match value:
        case None | "":
            return "—"
        case bool():
            return Words("是" if value else "否", "yes" if value else "no").in_language(language)
        case datetime():
            return f"{local(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case StrEnum() | str():
            known = CODES.get(str(value))
            return str(value) if known is None else known.in_language(language)
        case Mapping():
            return "；".join(f"{name}: {shown(one, language)}" for name, one in value.items()) or "—"
        case list() | tuple():
            return "、".join(shown(one, language) for one in value) or "—"
        case _ if hasattr(value, "model_dump"):
            return shown(value.model_dump(mode="json"), language)
        case _:
            return str(value)
