"""The divisions that an installation starts with, as drafts."""

from collections.abc import Sequence

from models.data import DivisionRow
from scheduling.drafts.shapes import DivisionDraft


def division_drafts(rows: Sequence[DivisionRow]) -> tuple[DivisionDraft, ...]:
    """The rows as drafts, in their order; none has a hotline."""
    return tuple(
        DivisionDraft(
            code=row.code,
            name=row.name,
            level=row.level,
            parent_code=row.parent_code,
            latitude=row.latitude,
            longitude=row.longitude,
        )
        for row in rows
    )
