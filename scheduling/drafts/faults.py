"""What is wrong with a row, said in Chinese and English, each with how to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError


class Table(StrEnum):
    """The kinds of rows that a district hands in."""

    divisions = "divisions"
    providers = "providers"
    points = "points"
    services = "services"
    rules = "rules"
    cells = "cells"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (row counts from 0 within its table), a stable code, and the words."""

    table: Table
    row: int
    field: str | None
    code: str
    zh: str
    en: str


WORDS: dict[str, tuple[str, str]] = {
    # of one value
    "missing": ("这里是空的。请填写。", "This is empty. Please fill it in."),
    "string_too_short": ("这里是空的。请填写。", "This is empty. Please fill it in."),
    "string_too_long": (
        "文字太长，最多 {max_length} 个字。请缩短。",
        "The text is too long: at most {max_length} characters. Please shorten it.",
    ),
    "string_type": ("这里应是文字。请改成文字。", "Text is expected here. Please enter text."),
    "string_pattern_mismatch": (
        "区划代码应是 12 位数字。请把单元格设为“文本”后重新填写。",
        "A division code has 12 digits. Please format the cell as text and enter it again.",
    ),
    "bool_type": ("这里应填“是”或“否”。", "Please enter yes or no."),
    "int_type": (
        "这里应是整数。请只填数字，如 20。",
        "A whole number is expected. Please enter digits only, such as 20.",
    ),
    "float_type": ("这里应是数字，如 31.956。", "A number is expected, such as 31.956."),
    "finite_number": ("这里应是数字，如 31.956。", "A number is expected, such as 31.956."),
    "time_type": ("看不懂这个时间。请写成 09:00 这样。", "This is not a time. Please write it like 09:00."),
    "date_type": (
        "看不懂这个日期。请写成 2026-12-01 这样。",
        "This is not a date. Please write it like 2026-12-01.",
    ),
    "enum": ("没有这个选项。可以填：{expected}。", "There is no such choice. You may enter: {expected}."),
    "greater_than_equal": (
        "数字太小，最小是 {ge}。请改正。",
        "The number is too small: at least {ge}. Please correct it.",
    ),
    "less_than_equal": (
        "数字太大，最大是 {le}。请改正。",
        "The number is too large: at most {le}. Please correct it.",
    ),
    "latitude": (
        "纬度应在 -90 到 90 之间。是不是和经度填反了？请改正。",
        "A latitude lies between -90 and 90. Are latitude and longitude swapped? Please correct it.",
    ),
    "longitude": (
        "经度应在 -180 到 180 之间。请改正。",
        "A longitude lies between -180 and 180. Please correct it.",
    ),
    "year": (
        "年份应在 2000 到 2199 之间。请改正。",
        "The year should be between 2000 and 2199. Please correct it.",
    ),
    "extra_forbidden": ("不认识这一栏。请删除。", "This column is not known. Please remove it."),
    "odd_character": (
        "有无法保存的字符（{given}）。请删除后重新输入。",
        "It holds a character that cannot be kept ({given}). Please delete it and type again.",
    ),
    "one_line": (
        "这里不能换行。请写在一行里。",
        "A line break does not belong here. Please write it in one line.",
    ),
    "phone": (
        "“{given}”不像电话号码。请只填数字和“-”。",
        "“{given}” is no phone number. Please use digits and “-”.",
    ),
    "rrule": (
        "看不懂“{given}”。请写“每天”“周一至周五”“周二、周四”，或 RFC 5545 规则，如 {examples}。",
        "“{given}” is not understood. Please write “daily”, “Mon-Fri”, “Tue, Thu”, or an RFC 5545 rule such as {examples}.",
    ),
    "rrule_never": (
        "“{given}”永远不会出现。请检查日期和月份。",
        "“{given}” never occurs. Please check its days and months.",
    ),
    # of one row
    "code_level": (
        "区划代码与级别不符：区 6 位、街道 9 位之后应全是 0。请核对。",
        "Code and level disagree: a district's code has zeros after 6 digits, a sub-district's after 9. Please check.",
    ),
    "parent": (
        "街道和社区要填上级代码，区不填。",
        "Sub-districts and communities need the code of their parent; a district has none.",
    ),
    "half_coordinates": ("纬度和经度要一起填。", "Please give latitude and longitude together."),
    "whole_minutes": (
        "时间要到分钟为止。请写成 09:00 这样。",
        "Please give times in whole minutes, like 09:00.",
    ),
    "end_after_start": (
        "结束时间要晚于开始时间。跨午休请写成两行。",
        "The end must be later than the start. For a break, please use two lines.",
    ),
    "slots_divide": (
        "{minutes} 分钟不能平分成每段 {slot} 分钟。请改时段长度或起止时间。",
        "{minutes} minutes cannot be cut into slots of {slot}. Please change the slot length or the times.",
    ),
    "validity": ("有效期的结束早于开始。请改正。", "The validity ends before it begins. Please correct it."),
    "interval_anchor": (
        "隔日、隔周的规则要填生效日期，从那天算起。",
        "A rule with an interval needs a valid-from date to count from.",
    ),
    # between rows
    "duplicate": (
        "“{given}”重复了，前面已有一行。请删去一行或换一个编号。",
        "“{given}” stands here twice. Please remove one line or choose another key.",
    ),
    "unknown_parent": (
        "没有上级区划“{given}”。请先加上它，或改正代码。",
        "There is no division “{given}”. Please add it first or correct the code.",
    ),
    "unknown_community": (
        "没有社区“{given}”。请核对 12 位区划代码。",
        "There is no community “{given}”. Please check the 12-digit code.",
    ),
    "not_a_community": (
        "“{given}”不是社区。请填站点所在社区或村的代码。",
        "“{given}” is not a community. Please give the code of the point's community or village.",
    ),
    "same_cell": (
        "这个社区已有第 {given} 网格，前面已有一行。请删去一行或换一个网格号。",
        "Cell {given} of this community stands here twice. Please remove one line or choose another number.",
    ),
    "same_person": (
        "网格员和副手是同一个电话。请填另一个人的，或把副手留空。",
        "Worker and deputy have the same phone. Please give somebody else's, or leave the deputy empty.",
    ),
    "deputy_phone": (
        "填了副手姓名，也要填副手电话。",
        "A deputy's name needs the deputy's phone.",
    ),
    "no_centre": (
        "不知道这个社区在哪里，请填纬度和经度。",
        "Where this community lies is not known: please give latitude and longitude.",
    ),
    "unknown_person": (
        "没有登记电话是“{given}”的人。请填上姓名，导入时会登记。",
        "Nobody is registered with the phone {given}. Please give a name: then they are registered.",
    ),
    "several_people": (
        "有几个人登记了电话“{given}”。请填上姓名。",
        "Several people are registered with the phone {given}. Please give the name.",
    ),
    "another_name": (
        "电话“{given}”登记的是{name}，和这里的姓名不同。请核对。",
        "The phone {given} is registered for {name}, not for the name given here. Please check.",
    ),
    "two_names": (
        "电话“{given}”在前面写的是{name}。请核对姓名。",
        "The phone {given} stands for {name} in an earlier line. Please check the name.",
    ),
    "unknown_point": (
        "没有微服务点“{given}”。请先在微服务点表里加上它，或改正编号。",
        "There is no point “{given}”. Please add it to the points first or correct the key.",
    ),
    "unknown_provider": (
        "没有服务主体“{given}”。请先在服务主体表里加上它，或改正编号。",
        "There is no provider “{given}”. Please add it to the providers first or correct the key.",
    ),
    "unknown_service": (
        "没有服务“{given}”。请先在服务表里加上它，或改正编号。",
        "There is no service “{given}”. Please add it to the services first or correct the key.",
    ),
    "far_away": (
        "这个位置离“{division}”约 {kilometres} 公里，太远了。请检查纬度、经度是否填反或填错。",
        "This place is about {kilometres} km from {division}. Please check whether latitude and longitude are swapped or wrong.",
    ),
    "policy_field": (
        "没有“{given}”这条预约规则。可以填：{expected}。",
        "There is no booking rule “{given}”. You may set: {expected}.",
    ),
    "policy_value": (
        "预约规则“{given}”的值不对。请参考导入说明改正。",
        "The value of the booking rule “{given}” does not fit. Please correct it as the import guide says.",
    ),
    "never_open": (
        "在有效期内，这条规则一天也不开放。请检查日期。",
        "Within its validity this rule never opens. Please check the dates.",
    ),
    "rules_overlap": (
        "与同一服务的另一条规则（“{other}”）时间重叠。请改时间、日期，或删去一条。",
        "Overlaps another rule of the same service (“{other}”). Please change times or days, or remove one.",
    ),
    # between a row and what is stored
    "division_moved": (
        "区划“{given}”已有，但级别或上级不同。请核对代码。",
        "The division “{given}” exists with another level or parent. Please check the code.",
    ),
    "service_moved": (
        "服务“{given}”已在站点“{point}”（{category}）。服务不能换站点或类别，请用新编号。",
        "The service “{given}” exists at “{point}” ({category}). A service cannot change its point or category; please use a new key.",
    ),
    "one_district": (
        "一次只能导入一个区的数据。请按区分开。",
        "One import holds one district. Please hand in each district by itself.",
    ),
}
"""Chinese and English words by code: pydantic's own error types where it found the fault, else ours."""

FALLBACK = ("内容不对（{message}）。请改正。", "This does not fit ({message}). Please correct it.")

FIELDS = {
    "code_level": "code",
    "parent": "parent_code",
    "half_coordinates": "longitude",
    "whole_minutes": "start_time",
    "end_after_start": "end_time",
    "slots_divide": "slot_minutes",
    "validity": "valid_until",
    "interval_anchor": "valid_from",
}
"""Where a fault of a whole row is best mended."""


def wording(code: str, data: Mapping[str, object]) -> tuple[str, str]:
    """Chinese and English words for a fault code, filled with its data. Unknown codes need `message` in the data."""
    zh, en = WORDS.get(code, FALLBACK)
    return zh.format_map(data), en.format_map(data)


def faults_of(error: ValidationError, table: Table, row: int) -> tuple[Fault, ...]:
    """Every fault that pydantic found in one row."""
    found = []
    for detail in error.errors(include_url=False, include_input=False):
        code = detail["type"]
        zh, en = wording(code, {"message": detail["msg"], **detail.get("ctx", {})})
        field = str(detail["loc"][0]) if detail["loc"] else FIELDS.get(code)
        found.append(Fault(table=table, row=row, field=field, code=code, zh=zh, en=en))
    return tuple(found)
