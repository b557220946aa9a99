"""The engine beside a model. What the machines assert tells both sides, as in a test's own module."""

import pytest

pytest.register_assert_rewrite("tests.stateful.machine", "tests.stateful.orders", "tests.stateful.point")
