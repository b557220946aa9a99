"""Which of our two languages a browser asks for."""

from starlette.requests import Request

from bot.replies import Language


def language_of(request: Request) -> Language:
    """English when the browser wants it before Chinese, otherwise Chinese (RFC 9110, 12.5.4)."""
    wanted: list[tuple[float, Language]] = []
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag, _, parameter = part.strip().partition(";")
        weight = _weight(parameter)
        if weight > 0 and tag.startswith("zh"):
            wanted.append((weight, "zh-CN"))
        elif weight > 0 and tag.startswith("en"):
            wanted.append((weight, "en"))
    return max(wanted, key=lambda each: each[0])[1] if wanted else "zh-CN"


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
