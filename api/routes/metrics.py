"""What a Prometheus server reads. Everything comes from rows, so it does not matter which of several processes answers."""

from fastapi import APIRouter, Response

from api.dependencies import Now, Session
from api.metrics import MEDIA_TYPE, exposition
from scheduling import measuring

router = APIRouter(tags=["health"])


@router.get("/metrics", include_in_schema=False)
async def metrics(session: Session, now: Now) -> Response:
    """Jobs: runs, failures, durations. Notices: what waits and for how long, dead letters. No names, no addresses."""
    numbers = await measuring.numbers(session, now=now)
    return Response(exposition(numbers, now), media_type=MEDIA_TYPE)
