"""The OpenAPI document: complete, so that clients can be written from it alone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from api.app import create_api
from api.problems import KINDS
from governance.media import IMAGES, VOICES

DOCUMENT = create_api().openapi()
Operation = dict[str, Any]  # an OpenAPI operation object


def operations() -> Iterator[tuple[str, Operation]]:
    """Every operation by its method and path."""
    for path, by_method in DOCUMENT["paths"].items():
        for method, operation in by_method.items():
            yield f"{method.upper()} {path}", operation


ALL = pytest.mark.parametrize("operation", [pytest.param(one, id=name) for name, one in operations()])


def codes(operation: Operation, status: int | str) -> set[str]:
    """The codes of problems that an operation lists for a status."""
    return set(operation["responses"].get(str(status), {}).get("x-problems", ()))


def headers(operation: Operation) -> set[str]:
    return {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}


@ALL
def test_every_operation_has_an_id_and_a_summary(operation: Operation) -> None:
    assert re.fullmatch(r"[a-z]+[A-Za-z]+", operation["operationId"])
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, operation in operations()]
    assert len(ids) == len(set(ids)) > 20


@ALL
def test_every_success_has_a_shape(operation: Operation) -> None:
    (status,) = [one for one in operation["responses"] if one.startswith("2")]
    if status == "204":
        assert "content" not in operation["responses"][status]
        return
    contents = operation["responses"][status]["content"]
    assert contents
    for media_type, content in contents.items():
        assert media_type in {
            "application/json",
            "application/pdf",
            "image/png",
            "image/svg+xml",
            "text/calendar; charset=utf-8",
            "text/csv; charset=utf-8",
            "text/html; charset=utf-8",
        } or (operation["operationId"] == "getAttachment" and media_type in {*IMAGES, *VOICES.values()})
        assert content["schema"]


@ALL
def test_every_problem_is_one_of_ours_under_its_status(operation: Operation) -> None:
    """Never FastAPI's own validation error."""
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            continue
        if status == "304":
            assert "content" not in response
            continue
        (content,) = response["content"].items()
        assert content[0] == "application/problem+json"
        assert content[1]["schema"] == {"$ref": "#/components/schemas/Problem"}
        listed = response["x-problems"]
        assert listed == re.findall(r"`([a-z-]+)`", response["description"])
        if status != "default":
            assert {KINDS[code].status for code in listed} == {int(status)}
            assert content[1]["example"]["code"] in listed


@ALL
def test_what_takes_anything_can_find_it_invalid(operation: Operation) -> None:
    if operation.get("parameters") or "requestBody" in operation:
        assert "invalid-input" in codes(operation, 422)


@ALL
def test_what_takes_an_idempotency_key_says_what_can_come_of_it(operation: Operation) -> None:
    """Booking 2."""
    if "idempotency-key" in headers(operation):
        assert "idempotency-key-in-flight" in codes(operation, 409)
        assert "idempotency-key-reused" in codes(operation, 422)


@ALL
def test_every_operation_may_fail_on_our_side(operation: Operation) -> None:
    assert codes(operation, "default") == {"internal-error", "busy"}


@ALL
def test_every_parameter_is_named_as_conventions_say(operation: Operation) -> None:
    """Lists take `limit` and `cursor`; a limit is 20 by default and at most 100."""
    schemas = {one["name"]: one["schema"] for one in operation.get("parameters", []) if one["in"] == "query"}
    assert ("limit" in schemas) == ("cursor" in schemas)
    if "limit" in schemas:
        limit = schemas["limit"]
        assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 100, 20)


def test_the_document_is_of_openapi_3_1_and_knows_only_what_it_names() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    named = set(re.findall(r"#/components/schemas/([A-Za-z0-9_]+)", str(DOCUMENT)))
    assert named == set(DOCUMENT["components"]["schemas"])
    assert "HTTPValidationError" not in named


def test_every_code_is_listed_by_some_operation() -> None:
    """Those of the router itself apart."""
    listed = {
        code
        for _, operation in operations()
        for status in operation["responses"]
        for code in codes(operation, status)
    }
    assert set(KINDS) - listed == {"method-not-allowed"}
