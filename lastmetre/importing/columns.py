"""The tables of an import: their names, their columns, and how each cell is read. docs/IMPORT.md lists the same."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from lastmetre.importing import values
from lastmetre.importing.values import Reader
from models.vocabulary import CATEGORY_NAMES, Category, DayKind, DivisionLevel, Zone
from scheduling.drafts import DRAFTS, Table
from scheduling.policies import Policy

E = TypeVar("E", bound=StrEnum)

POLICY = "policy."
"""Headings of policy fields begin so: policy.max_party."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the draft's field, its Chinese heading, and how a cell is read. The English heading is the field."""

    field: str
    zh: str
    read: Reader
    choices: tuple[str, ...] = ()
    words: Mapping[object, str] | None = None
    """How values are written in Chinese, for choices."""

    @property
    def is_text(self) -> bool:
        """Whether a CSV cell may carry an apostrophe that keeps spreadsheets from taking it for a formula."""
        return self.read is values.text


def _choice(field: str, zh: str, names: Mapping[E, tuple[str, ...]]) -> Column:
    """A column with a closed list. The first name of each value is the Chinese one to write."""
    words = {
        name.lower(): member for member, all_names in names.items() for name in (member.value, *all_names)
    }
    return Column(
        field,
        zh,
        values.choice(words),
        choices=tuple(all_names[0] for all_names in names.values()),
        words={member: all_names[0] for member, all_names in names.items()},
    )


LEVELS = {
    DivisionLevel.district: ("区", "县"),
    DivisionLevel.subdistrict: ("街道", "镇", "乡"),
    DivisionLevel.community: ("社区", "村", "居委会", "村委会"),
}
ZONES = {Zone.street: ("街区",), Zone.community: ("社区",), Zone.park: ("园区",), Zone.campus: ("校区",)}
CATEGORIES = {category: CATEGORY_NAMES[category] for category in Category}
DAYS = {
    DayKind.any: ("不限", "每天", "all"),
    DayKind.not_holiday: ("节假日除外", "节假日休息", "not holidays"),
    DayKind.workday: ("工作日", "workdays"),
    DayKind.restday: ("休息日", "rest days"),
}

POLICY_NAMES = {
    "opens_ahead_hours": "提前开放小时",
    "priority_hours": "优先小时",
    "priority_age": "优先年龄",
    "closes_before_minutes": "提前截止分钟",
    "max_party": "每单人数上限",
    "max_upcoming": "同时预约上限",
    "free_cancel_minutes": "免费取消提前分钟",
    "horizon_days": "排期天数",
}
"""Chinese headings of the policy fields that points most often set; the others go by their field name."""

COLUMNS: dict[Table, tuple[Column, ...]] = {
    Table.divisions: (
        Column("code", "区划代码", values.text),
        Column("name", "名称", values.text),
        _choice("level", "级别", LEVELS),
        Column("parent_code", "上级代码", values.text),
        Column("latitude", "纬度", values.number),
        Column("longitude", "经度", values.number),
        Column("hotline", "热线", values.text),
    ),
    Table.providers: (
        Column("key", "编号", values.text),
        Column("name", "名称", values.text),
        _choice("zone", "四区", ZONES),
    ),
    Table.points: (
        Column("key", "编号", values.text),
        Column("name", "名称", values.text),
        Column("community_code", "社区代码", values.text),
        Column("address", "地址", values.text),
        Column("phone", "电话", values.text),
        Column("latitude", "纬度", values.number),
        Column("longitude", "经度", values.number),
        Column("demo", "演示", values.truth),
    ),
    Table.services: (
        Column("key", "编号", values.text),
        Column("point_key", "微服务点编号", values.text),
        Column("provider_key", "服务主体编号", values.text),
        _choice("category", "类别", CATEGORIES),
        Column("name", "名称", values.text),
        Column("description", "说明", values.text),
        *(
            Column(f"{POLICY}{field}", POLICY_NAMES.get(field, f"{POLICY}{field}"), values.setting)
            for field in Policy.model_fields
        ),
    ),
    Table.rules: (
        Column("service_key", "服务编号", values.text),
        Column("rrule", "重复", values.recurrence),
        Column("start_time", "开始", values.moment),
        Column("end_time", "结束", values.moment),
        Column("slot_minutes", "每段分钟", values.whole),
        Column("capacity", "容量", values.whole),
        _choice("days", "日子", DAYS),
        Column("valid_from", "生效日期", values.day),
        Column("valid_until", "截止日期", values.day),
    ),
    Table.cells: (
        Column("community_code", "社区代码", values.text),
        Column("number", "网格号", values.whole),
        Column("name", "名称", values.text),
        Column("latitude", "纬度", values.number),
        Column("longitude", "经度", values.number),
        Column("worker_phone", "网格员电话", values.text),
        Column("worker_name", "网格员姓名", values.text),
        Column("deputy_phone", "副手电话", values.text),
        Column("deputy_name", "副手姓名", values.text),
    ),
}

SHEET_NAMES: dict[Table, tuple[str, ...]] = {
    Table.divisions: ("divisions", "区划"),
    Table.providers: ("providers", "服务主体"),
    Table.points: ("points", "微服务点", "站点"),
    Table.services: ("services", "服务"),
    Table.rules: ("opening_rules", "开放规则", "rules"),
    Table.cells: ("grid_cells", "网格", "cells"),
}
"""Names of files and sheets: the first is the English one that is written, the second the Chinese one."""


def plain_name(name: str) -> str:
    """A heading or sheet name as it is compared: without case, spaces, underscores, stars and remarks in brackets."""
    name = unicodedata.normalize("NFKC", name).lower()
    return re.sub(r"\(.*?\)|[\s_*]", "", name)


def table_named(name: str) -> Table | None:
    """The table of a sheet or file."""
    return next(
        (
            table
            for table, names in SHEET_NAMES.items()
            if plain_name(name) in {plain_name(known) for known in names}
        ),
        None,
    )


def column_headed(table: Table, heading: str) -> Column | None:
    """The column of a heading, in either language."""
    wanted = plain_name(heading)
    return next(
        (column for column in COLUMNS[table] if wanted in {plain_name(column.field), plain_name(column.zh)}),
        None,
    )


def required(table: Table) -> Iterable[Column]:
    """The columns that every row must fill."""
    fields = DRAFTS[table].model_fields
    return (
        column for column in COLUMNS[table] if column.field in fields and fields[column.field].is_required()
    )
