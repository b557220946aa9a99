"""The capacity of a slot (product: Booking 8): the number, what it would mean, and setting it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Response
from pydantic import ValidationError

from api.dependencies import Now, Session
from models.shapes.base import local_day
from models.shapes.bookings import SlotEdit
from models.vocabulary import Affected
from scheduling import capacity
from scheduling.errors import ActionRefusedError, CapacityBelowTakenError, StaleVersionError
from scheduling.queries.points import managed_point
from web.errors import reasons_text
from web.pages import day
from web.texts import clock
from web.visit import HOME, CurrentVisit, Sender, SignedIn

router = APIRouter(prefix="/manage/slots/{slot_id}")

_ALLOWED = SlotEdit.model_json_schema()["properties"]["capacity"]
LEAST, MOST = int(_ALLOWED["minimum"]), int(_ALLOWED["maximum"])

Wanted = Annotated[int | None, Query(alias="capacity", ge=LEAST, le=MOST)]


def _address(slot_id: UUID, wanted: int | None = None) -> str:
    return f"{HOME}/slots/{slot_id}" + ("" if wanted is None else f"?capacity={wanted}")


@router.get("")
async def slot_page(
    *, visit: CurrentVisit, session: Session, actor: SignedIn, now: Now, slot_id: UUID, wanted: Wanted = None
) -> Response:
    """The number to change. `capacity` is one that was not saved yet."""
    slot, version = await capacity.slot_with_version(session, slot_id=slot_id)
    await managed_point(session, actor=actor, point_id=slot.point.id)
    shown = slot.capacity if wanted is None else wanted
    return visit.page(
        "slot.html",
        slot=slot,
        version=version,
        shown=shown,
        fewer=_address(slot_id, max(LEAST, shown - 1)),
        more=_address(slot_id, min(MOST, shown + 1)),
        least=LEAST,
        most=MOST,
        over=slot.end <= now,
        back=day.address(slot.point.id, local_day(slot.start), slot.id),
    )


@router.get("/impact")
async def impact_page(
    *,
    visit: CurrentVisit,
    session: Session,
    actor: SignedIn,
    slot_id: UUID,
    version: int,
    wanted: Annotated[int, Query(alias="capacity", ge=LEAST, le=MOST)],
) -> Response:
    """Who would no longer fit, and the question what becomes of them. `version` is the one that was seen."""
    impact = await capacity.impact(session, actor=actor, slot_id=slot_id, capacity=wanted)
    if impact.capacity >= impact.taken:
        return visit.go(_address(slot_id, wanted))
    slot, _version = await capacity.slot_with_version(session, slot_id=slot_id)
    return visit.page("impact.html", slot=slot, version=version, impact=impact, back=_address(slot_id))


@router.post("")
async def set_capacity(
    *,
    visit: CurrentVisit,
    session: Session,
    actor: Sender,
    now: Now,
    slot_id: UUID,
    version: Annotated[int, Form()],
    number: Annotated[str, Form(alias="capacity")] = "",
    affected: Annotated[Affected | None, Form()] = None,
) -> Response:
    """Sets it; or shows whom it would affect; or says who was quicker, and with what number."""
    _ = visit.words
    try:
        edit = SlotEdit.model_validate({"capacity": number, "affected": affected})
    except ValidationError:
        text = _("Please write a whole number from {least} to {most}.", least=LEAST, most=MOST)
        return visit.go(_address(slot_id), text, "bad")
    try:
        slot, _version = await capacity.edit_slot(
            session, actor=actor, slot_id=slot_id, edit=edit, seen_version=version, now=now
        )
    except CapacityBelowTakenError:
        return visit.go(f"{HOME}/slots/{slot_id}/impact?capacity={edit.capacity}&version={version}")
    except StaleVersionError:
        present, _version = await capacity.slot_with_version(session, slot_id=slot_id)
        text = _(
            "Meanwhile somebody set it to {present}. Your {wanted} is not saved yet: if it is still right, save again.",
            present=present.capacity,
            wanted=edit.capacity,
        )
        return visit.go(_address(slot_id, edit.capacity), text, "warn")
    except ActionRefusedError as error:
        return visit.go(_address(slot_id), reasons_text(error, visit.words), "warn")
    name = f"{clock(slot.start)} {slot.service.name}"
    if slot.capacity > edit.capacity:
        text = _(
            "{slot}: all {taken} places stay booked, nobody new gets in. As people cancel, it goes down to {wanted}.",
            slot=name,
            taken=slot.taken,
            wanted=edit.capacity,
        )
    else:
        text = _("{slot}: there are {places} places now.", slot=name, places=slot.capacity)
    return visit.go(day.address(slot.point.id, local_day(slot.start), slot.id), text)
