"""What the tests of the pages share."""

from collections.abc import AsyncIterator

import pytest

from tests.browser import browser
from tests.web.office import Desk, Office, manages
from tests.world import CANTEEN, World

__all__ = ["browser"]


@pytest.fixture
async def office(world: World) -> Office:
    """The pages, and a manager of the canteen called liu."""
    office = Office(world)
    await office.staff("liu", manages(CANTEEN))
    return office


@pytest.fixture
async def desk(office: Office) -> AsyncIterator[Desk]:
    """A browser in which nobody is signed in."""
    async with office.desk() as desk:
        yield desk


@pytest.fixture
async def liu(desk: Desk) -> Desk:
    """A browser in which the canteen's manager is signed in."""
    await desk.sign_in("liu")
    return desk
