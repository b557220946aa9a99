"""One's own data as a page: every column names something that the export has."""

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from api.readable import PROFILE, TABLES
from models.shapes.identity import MeExport

COLUMNS = [
    *((path, (path,)) for _, path in PROFILE),
    *((f"{table.name}: {path}", (table.name, path)) for table in TABLES for _, path in table.columns),
]


def views(kind: Any) -> Iterator[type[BaseModel] | None]:
    """The views within a type, None for what holds anything."""
    origin = get_origin(kind)
    if origin in (Union, UnionType, list, tuple):
        for one in get_args(kind):
            yield from views(one)
    elif isinstance(origin or kind, type) and issubclass(origin or kind, Mapping):
        yield None
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind


@pytest.mark.parametrize("paths", [paths for _, paths in COLUMNS], ids=[name for name, _ in COLUMNS])
def test_every_column_is_in_the_export(paths: tuple[str, ...]) -> None:
    kinds: list[Any] = [MeExport]
    for name in ".".join(paths).split("."):
        found = [view for kind in kinds for view in views(kind)]
        if None in found:
            return
        having = [view for view in found if view is not None and name in view.model_fields]
        assert having == found, f"{name} is not in {found}"
        kinds = [view.model_fields[name].annotation for view in having]
