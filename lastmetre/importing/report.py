"""What is wrong with the files of an import, line by line, in Chinese and English."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.vocabulary import Language


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the files something is. Lines count from 1, as a spreadsheet shows them; `column` is a heading."""

    file: str
    sheet: str | None = None
    line: int | None = None
    column: str | None = None

    def words(self, language: Language) -> str:
        """The place as people say it."""
        if language is Language.zh:
            sheet = f" 工作表“{self.sheet}”" if self.sheet else ""
            line = f" 第 {self.line} 行" if self.line else ""
            column = f"「{self.column}」" if self.column else ""
        else:
            sheet = f", sheet “{self.sheet}”" if self.sheet else ""
            line = f", line {self.line}" if self.line else ""
            column = f", column “{self.column}”" if self.column else ""
        return f"{self.file}{sheet}{line}{column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, a stable code, what it is and how to mend it."""

    place: Place
    code: str
    zh: str
    en: str

    def words(self, language: Language) -> str:
        """One line of the report."""
        if language is Language.zh:
            return f"{self.place.words(language)}：{self.zh}"
        return f"{self.place.words(language)}: {self.en}"


def report(problems: Sequence[Problem], language: Language) -> str:
    """The whole report: how many problems, then one line each; good news when there are none."""
    if not problems:
        return "没有发现问题。" if language is Language.zh else "No problems were found."
    if language is Language.zh:
        head = f"发现 {len(problems)} 个问题，什么都没有写入。请改好后再导入一次。"
    else:
        head = f"{len(problems)} problems were found; nothing was written. Please mend them and import again."
    return "\n".join((head, *(problem.words(language) for problem in problems)))


WORDS: dict[str, tuple[str, str]] = {
    "no_file": (
        "找不到这个文件。请检查文件名和位置。",
        "There is no such file. Please check its name and place.",
    ),
    "no_files": (
        "这个文件夹里没有 CSV 或 XLSX 文件。请放入 points.csv、services.csv 等。",
        "There is no CSV or XLSX file in this folder. Please put points.csv, services.csv and so on there.",
    ),
    "file_type": (
        "只能读 .xlsx 和 .csv 文件。请另存为其中一种。",
        "Only .xlsx and .csv files can be read. Please save it as one of them.",
    ),
    "file_large": (
        "文件太大，最多 {limit} MB。请分成几份。",
        "The file is too large: at most {limit} MB. Please split it.",
    ),
    "file_unreadable": (
        "打不开这个文件，可能已损坏或加了密码。请重新另存为 .xlsx 后再试。",
        "This file cannot be opened; it may be damaged or protected. Please save it as .xlsx anew.",
    ),
    "encoding": (
        "看不懂文字编码。请另存为“CSV UTF-8”。",
        "The text encoding is not known. Please save it as “CSV UTF-8”.",
    ),
    "csv": (
        "这一行不是正确的 CSV，可能引号没有成对。请检查，或改用 .xlsx。",
        "This line is not proper CSV; perhaps a quote is not closed. Please check, or use .xlsx.",
    ),
    "delimiter": (
        "各栏要用逗号分开。请另存为“CSV UTF-8（逗号分隔）”。",
        "Columns must be separated by commas. Please save it as “CSV UTF-8 (comma delimited)”.",
    ),
    "rows": (
        "行数太多，最多 {limit} 行。请分成几份。",
        "There are too many lines: at most {limit}. Please split it.",
    ),
    "sheet_name": (
        "不认识“{given}”这张表。请改名为：{expected}；不需要导入的表请在名字前加“#”。",
        "The table “{given}” is not known. Please name it one of: {expected}; or put “#” before its name to leave it out.",
    ),
    "sheet_twice": (
        "“{given}”有两张表。请合并成一张。",
        "There are two tables for “{given}”. Please make them one.",
    ),
    "column_missing": ("缺少“{given}”这一栏。请加上。", "The column “{given}” is missing. Please add it."),
    "column_unknown": (
        "不认识“{given}”这一栏。请改成导入说明里的栏名；不需要导入的栏请在名字前加“#”。",
        "The column “{given}” is not known. Please use a heading of the import guide, or put “#” before it to leave it out.",
    ),
    "column_twice": (
        "“{given}”这一栏有两次。请删去一栏。",
        "The column “{given}” stands twice. Please remove one.",
    ),
    "no_heading": (
        "第一行应是栏名，如“编号、名称”。请加上。",
        "The first line should hold the headings, such as key and name. Please add it.",
    ),
    "beyond_headings": (
        "“{given}”在没有栏名的位置。文字里有逗号时请加英文引号，或补上栏名。",
        "“{given}” stands where there is no heading. Please quote texts that hold commas, or add the heading.",
    ),
    "excel_error": (
        "单元格里是 Excel 的错误值（{given}）。请改好公式或直接填写。",
        "The cell holds an Excel error ({given}). Please mend the formula or type the value.",
    ),
    "nothing": (
        "没有可导入的内容。请至少填一行。",
        "There is nothing to import. Please fill in at least one line.",
    ),
}
"""Words for what is wrong with files as such; what is wrong with rows is worded in `scheduling.drafts.faults`."""


def problem(place: Place, code: str, **data: object) -> Problem:
    """A problem of a file, worded."""
    zh, en = WORDS[code]
    return Problem(place, code, zh.format_map(data), en.format_map(data))
