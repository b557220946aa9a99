"""Dates as people type them, of any year: 1999-5-3, 1999年5月3日, 19990503."""

import re
import unicodedata
from datetime import date

_APART = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?")
_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")


def read_date(text: str) -> date | None:
    """The date that was typed; None when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip(" \t\r\n。.,，")
    found = _APART.fullmatch(plain) or _TOGETHER.fullmatch(plain)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
