"""Problems: every code has a status and words in both languages, whatever the source can say (RFC 9457)."""

import ast
import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

import scheduling
from api.problems import KINDS, domain_problem, problems
from api.reasons import REASONS
from api.shortcut import MOST_BYTES
from api.words import Words
from models.vocabulary import Language
from scheduling.actors import Actor
from scheduling.errors import (
    BookingRefusedError,
    DomainError,
    InvalidInputError,
    Reason,
    SignInRequiredError,
    TooManySignInsError,
    all_codes,
)
from tests.api.calling import Caller, problem_of

ROOT = Path(__file__).parents[2]
FROM_THE_ROUTER = {"body-too-large", "internal-error", "method-not-allowed"}
"""Codes that no domain error has."""


def import_everything() -> None:
    """Errors are found as subclasses, so every module that could define one must be imported."""
    for module in pkgutil.walk_packages(scheduling.__path__, "scheduling."):
        importlib.import_module(module.name)


def sources() -> Iterator[tuple[Path, ast.Module]]:
    """Every module that can refuse something."""
    for folder in ("scheduling", "governance", "api", "web"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def reason_codes() -> dict[str, str]:
    """Every code that is given to a `Reason` in the source, and where: a text, or the texts of a table above."""
    found: dict[str, str] = {}
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason":
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                codes = texts_of(node.args[0] if node.args else node.keywords[0].value, tree)
                assert codes, f"{where}: the code of a reason is to be read in the source"
                found.update(dict.fromkeys(codes, where))
    return found


def texts_of(code: ast.expr, tree: ast.Module) -> list[str]:
    """What an expression can be: itself, one of the values of a table of the module, or either of two."""
    if isinstance(code, ast.Constant):
        return [str(code.value)]
    if isinstance(code, ast.IfExp):
        return texts_of(code.body, tree) + texts_of(code.orelse, tree)
    if isinstance(code, ast.Subscript) and isinstance(code.value, ast.Name):
        for statement in tree.body:
            names = ast.unparse(statement).partition("=")[0].partition(":")[0].strip()
            if isinstance(statement, ast.Assign | ast.AnnAssign) and names == code.value.id:
                table = statement.value
                return [str(ast.literal_eval(value)) for value in getattr(table, "values", ())]
    return []


def test_every_domain_error_is_mapped() -> None:
    import_everything()
    assert all_codes() | FROM_THE_ROUTER == set(KINDS)


def test_every_reason_in_the_source_has_words_and_no_words_are_idle() -> None:
    used = reason_codes()
    assert len(used) > 8
    assert {code: where for code, where in used.items() if code not in REASONS} == {}
    assert set(REASONS) - set(used) == set()


@pytest.mark.parametrize("code", sorted(KINDS))
def test_a_problem_has_words_in_both_languages(code: str) -> None:
    """Chinese first, English complete."""
    kind = KINDS[code]
    assert 400 <= kind.status <= 599
    for words in (kind.title, kind.detail):
        assert_both(words)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_reason_has_words_in_both_languages(code: str) -> None:
    assert_both(REASONS[code])


def assert_both(words: Words) -> None:
    assert any("\u4e00" <= character <= "\u9fff" for character in words.zh)
    assert words.en
    assert words.en.isascii()
    assert words.in_language(Language.zh) == words.zh
    assert words.in_language(Language.en) == words.en


def test_a_refusal_says_all_reasons_in_the_callers_language() -> None:
    error = BookingRefusedError(
        [Reason("party-too-large", {"limit": 6}), Reason("not-enough-places", {"free": 0, "party": 7})]
    )
    english = domain_problem(error, Language.en)
    assert english.status_code == 409
    body = bytes(english.body).decode()
    assert '"limit":6' in body
    assert "The party is too large" in body
    assert "Not enough places are left" in body
    assert "名额不够了" in bytes(domain_problem(error, Language.zh).body).decode()


@pytest.mark.parametrize(
    ("error", "header", "value"),
    [
        (SignInRequiredError(), "www-authenticate", "Bearer"),
        (TooManySignInsError(retry_after_s=77), "retry-after", "77"),
    ],
)
def test_headers_that_belong_to_a_problem(error: DomainError, header: str, value: str) -> None:
    assert domain_problem(error, Language.zh).headers[header] == value


def test_an_invalid_field_is_a_json_pointer() -> None:
    answer = domain_problem(InvalidInputError(field="home_division", detail="unknown division"), Language.en)
    assert b'"errors":[{"pointer":"/home_division","detail":"unknown division"}]' in bytes(answer.body)


def test_the_document_of_an_operation_lists_its_codes_by_status() -> None:
    described = problems("booking-refused", "not-found", "idempotency-key-in-flight")
    assert set(described) == {404, 409}
    assert "`booking-refused`" in described[409]["description"]
    assert "`idempotency-key-in-flight`" in described[409]["description"]


async def test_the_type_of_a_problem_leads_to_its_explanation(api: Caller) -> None:
    unknown = problem_of(await api.get("/v1/points/00000000-0000-0000-0000-000000000099"), 404, "not-found")
    for code in KINDS:
        explained = await api.get(f"/v1/problems/{code}")
        assert explained.status_code == 200
        assert explained.json()["status"] == KINDS[code].status
        assert set(explained.json()["title"]) == {"zh-CN", "en"}
    assert (await api.get(unknown["type"])).json()["code"] == "not-found"
    problem_of(await api.get("/v1/problems/no-such-problem"), 404, "not-found")


async def test_unknown_paths_and_methods_are_problems_too(api: Caller) -> None:
    problem_of(await api.get("/v1/nowhere"), 404, "not-found")
    refused = await api.call("DELETE", "/v1/points")
    problem_of(refused, 405, "method-not-allowed")
    assert refused.headers["allow"] == "GET"


async def test_a_body_that_is_too_large_is_refused(api: Caller, person: Actor) -> None:
    """On the short way of the busiest requests, on the ordinary one, and where nobody says how long it is."""
    large = b'{"note": "' + b"x" * MOST_BYTES + b'"}'

    async def bit_by_bit() -> AsyncIterator[bytes]:
        yield large[:1000]
        yield large[1000:]

    for path in ("/v1/bookings", "/v1/waitlist"):
        for content in (large, bit_by_bit()):
            headers = {"content-type": "application/json", "authorization": f"Bearer {api.token(person)}"}
            answer = await api.http.post(path, content=content, headers=headers)
            assert answer.status_code == 413
            if content is large:
                problem_of(answer, 413, "body-too-large")


async def test_a_body_without_a_length_is_read_all_the_same(api: Caller, person: Actor) -> None:
    slot = await api.world.slot()

    async def bit_by_bit() -> AsyncIterator[bytes]:
        yield b'{"slot_id": '
        yield f'"{slot}"}}'.encode()

    headers = {"content-type": "application/json", "authorization": f"Bearer {api.token(person)}"}
    answer = await api.http.post("/v1/bookings", content=bit_by_bit(), headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("accept_language", "title"),
    [
        (None, "没有找到"),
        ("", "没有找到"),
        ("zh-CN", "没有找到"),
        ("zh-TW,zh;q=0.9", "没有找到"),
        ("en", "Not found"),
        ("en-GB,en;q=0.9,zh;q=0.1", "Not found"),
        ("fr, en;q=0.5", "Not found"),
        ("en;q=0.4, zh;q=0.5", "没有找到"),
        ("en;q=0", "没有找到"),
        ("en;q=nonsense", "没有找到"),
        ("fr;q=0.9, *", "没有找到"),
        ("EN", "Not found"),
        (";;;,,q=", "没有找到"),
    ],
)
async def test_problems_speak_the_callers_language(
    api: Caller, accept_language: str | None, title: str
) -> None:
    """Accept-Language by its weights; Chinese when it names neither."""
    answer = await api.get("/v1/nowhere", language=accept_language)
    assert problem_of(answer, 404, "not-found")["title"] == title
