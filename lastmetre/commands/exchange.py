"""`lastmetre import` and `lastmetre export`: a district from spreadsheets, and back into them (docs/IMPORT.md)."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from governance.establish_grid import GridChanges
from governance.importing_grid import GridBroughtIn
from lastmetre.commands.trouble import CANNOT_MEND, TroubleError, explained
from lastmetre.commands.work import in_one_transaction
from lastmetre.importing import Imported, import_files, report, write_csv, write_xlsx
from models.database import AsyncSession
from models.vocabulary import Language
from scheduling.actors import SYSTEM
from scheduling.drafts import DistrictPlan, Table
from scheduling.establish import Changes, Established
from scheduling.queries.plans import district_plan
from scheduling.signing_in import home_district

LanguageOption = Annotated[Language, typer.Option(help="zh-CN or en.")]

TABLE_NAMES = {
    Table.divisions: ("区划", "divisions"),
    Table.providers: ("服务主体", "providers"),
    Table.points: ("微服务点", "points"),
    Table.services: ("服务", "services"),
    Table.rules: ("开放规则", "opening rules"),
}


class _RefusedError(Exception):
    """Leaves the transaction without writing anything."""

    def __init__(self, done: Imported) -> None:
        super().__init__("refused")
        self.done = done


def import_command(
    paths: Annotated[list[Path], typer.Argument(help="XLSX or CSV files, or folders of them.")],
    language: LanguageOption = Language.zh,
) -> None:
    """Bring in points, services, opening rules, providers, divisions and grid cells from spreadsheets: all or nothing."""

    async def work(session: AsyncSession) -> Imported:
        done = await import_files(session, actor=SYSTEM, paths=paths, now=datetime.now(UTC))
        if done.problems:
            raise _RefusedError(done)
        return done

    try:
        done = in_one_transaction(work)
    except _RefusedError as refused:
        typer.echo(report(refused.done.problems, language), err=True)
        raise typer.Exit(CANNOT_MEND) from None
    if done.established is not None:
        typer.echo(
            "\n".join([*_summary(done.established, done.slots, language), *_of_grid(done.grid, language)])
        )


def _counts(changes: Changes | GridChanges, language: Language) -> str:
    if language is Language.zh:
        return f"新增 {changes.created}，更新 {changes.updated}，不变 {changes.unchanged}"
    return f"{changes.created} new, {changes.updated} changed, {changes.unchanged} as before"


def _of_grid(grid: GridBroughtIn | None, language: Language) -> list[str]:
    if grid is None:
        return []
    counts = _counts(grid.cells, language)
    if language is Language.zh:
        return [f"  网格：{counts}", f"  新登记的网格员和副手：{grid.registered}"]
    return [f"  grid cells: {counts}", f"  workers and deputies registered: {grid.registered}"]


def _summary(done: Established, slots: int, language: Language) -> list[str]:
    zh = language is Language.zh
    lines = ["导入完成。" if zh else "Imported."]
    for table, names in TABLE_NAMES.items():
        changes: Changes = getattr(done, table)
        counts = _counts(changes, language)
        lines.append(f"  {names[0]}：{counts}" if zh else f"  {names[1]}: {counts}")
    if done.rules_removed:
        removed = done.rules_removed
        lines.append(f"  换下的开放规则：{removed}" if zh else f"  opening rules replaced: {removed}")
    if done.slots_withdrawn:
        gone = done.slots_withdrawn
        lines.append(
            f"  收回无人预约的时段：{gone}" if zh else f"  slots taken back that nobody had booked: {gone}"
        )
    if done.slots_kept:
        kept = done.slots_kept
        lines.append(
            f"  保留已有预约或改动的时段：{kept}" if zh else f"  slots kept because booked or edited: {kept}"
        )
    lines.append(f"  新开放时段：{slots}" if zh else f"  new slots: {slots}")
    return lines


def export_command(
    target: Annotated[Path, typer.Argument(help="A file that ends in .xlsx, or a folder for CSV files.")],
    language: LanguageOption = Language.zh,
    district: Annotated[
        str | None, typer.Option(help="Code of the district, where there are several.")
    ] = None,
) -> None:
    """Write the district into spreadsheets that can be edited and imported again."""

    async def work(session: AsyncSession) -> DistrictPlan:
        return await district_plan(session, district_code=district or await home_district(session))

    workbook = target.suffix.lower() == ".xlsx"
    with explained():
        if district is not None and not re.fullmatch(r"[0-9]{12}", district):
            raise TroubleError("区划代码是 12 位数字。", "The code of a district has 12 digits.")
        if workbook and target.is_dir():
            raise TroubleError(
                f"{target} 是文件夹。请换一个文件名。", f"{target} is a folder. Please name a file."
            )
        if not workbook and target.suffix and not target.is_dir():
            raise TroubleError(
                "请给出以 .xlsx 结尾的文件名，或一个文件夹。",
                "Please name a file that ends in .xlsx, or a folder.",
            )
    plan = in_one_transaction(work)
    with explained():
        if not plan.divisions:
            raise TroubleError(
                f"没有区划 {district}。请核对代码。", f"There is no district {district}. Please check."
            )
        if workbook:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_xlsx(plan, target, language=language)
            written = [target]
        else:
            written = write_csv(plan, target, language=language)
    for path in written:
        typer.echo(str(path))
