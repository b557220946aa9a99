"""The engine beside a model. What the machines assert tells both sides, as in a test's own module."""

import pytest

pytest.register_assert_rewrite(
    *(f"tests.stateful.{module}" for module in ("foretelling", "machine", "orders", "point", "roster"))
)
