"""From files to a district that can be booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from governance.importing_grid import GridBroughtIn, bring_in_grid
from lastmetre.importing.reading import read_plan
from lastmetre.importing.report import Problem
from models.data import read_divisions
from scheduling.actors import Actor
from scheduling.drafts import division_drafts
from scheduling.establish import Established, PlanRefusedError, establish, standing
from scheduling.slots import generate_slots


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: everything (`established`, the `grid` where there was one, and how many `slots` are new), or nothing,
    for these problems.
    """

    established: Established | None
    slots: int
    problems: tuple[Problem, ...]
    grid: GridBroughtIn | None = None


async def import_files(
    session: AsyncSession, *, actor: Actor, paths: Sequence[Path], now: datetime
) -> Imported:
    """Reads files, writes them when nothing at all is wrong, and opens the slots that follow.

    In the caller's transaction. A database without divisions gets the ones that come with the program, unless the
    files bring their own. Raises ForbiddenError.
    """
    known = (await standing(session)).known
    reading = read_plan(paths, known=known, divisions=division_drafts(read_divisions()))
    if reading.plan is None:
        return Imported(None, 0, reading.problems)
    grid = None
    try:
        # What is wrong with the people of a cell is known only when everything else is written.
        async with session.begin_nested():
            done = await establish(session, actor=actor, plan=reading.plan, now=now)
            if cells := reading.plan.cells:
                grid = await bring_in_grid(
                    session, actor=actor, cells=cells, district_code=done.district_code, now=now
                )
    except PlanRefusedError as refused:
        return Imported(None, 0, tuple(reading.problem_of(fault) for fault in refused.faults))
    slots = await generate_slots(session, now=now, service_ids=done.service_ids)
    return Imported(done, slots, (), grid)
