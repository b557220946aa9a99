"""Photos and voice notes: sent as they are, and shown to those who may see their request."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api.creation import OnceOnly
from api.dependencies import CurrentPerson, Now, Session, State, authenticated, person_only
from api.problems import problems
from api.state import ApiState
from governance import attachments
from governance.attachments import Keeping
from governance.media import IMAGES, VOICES
from models.database import AsyncSession, in_transaction
from models.shapes.requests import AttachmentTaken
from scheduling.errors import ActionRefusedError, Reason
from scheduling.policies import Policy

router = APIRouter(prefix="/v1", tags=["attachments"])

MOST_BYTES = 21 * 1024 * 1024
"""Nothing larger is read, whatever a policy says (its own limits end a little below)."""

SHOWN = {
    media_type: {"schema": {"type": "string", "format": "binary"}}
    for media_type in sorted({*IMAGES, *VOICES.values()})
}


def _keeping(state: ApiState) -> Keeping:
    """Where they are kept. Raises ActionRefusedError where this installation keeps none."""
    if state.keeping is None:
        raise ActionRefusedError([Reason("attachments-not-offered")])
    return state.keeping


@router.post(
    "/attachments",
    operation_id="sendAttachment",
    summary="Send a photo or a voice note",
    response_model=AttachmentTaken,
    status_code=201,
    max_body_size=MOST_BYTES,
    responses=problems(
        "sign-in-required",
        "action-refused",
        "too-many-requests",
        "attachment-not-taken",
        "invalid-input",
        "busy",
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "The bytes of a photo (JPEG, PNG, WebP, GIF) or a voice note (OGG, MP3, M4A, AMR, WAV, WebM).",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def send(request: Request, state: State, once: OnceOnly, now: Now) -> Response:
    """What it is, is found out from its bytes, whatever the Content-Type says. Photos are drawn anew, so that nothing of what the
    camera wrote into them stays; `location` is where the photo said that it was taken, for asking whether that is the
    place, and is not kept with it. It is the sender's alone until a request takes it, and deleted when none does.
    """
    keeping = _keeping(state)

    async def policy(session: AsyncSession) -> Policy:
        actor = person_only(await authenticated(session, once.credential))
        return (await attachments.policy_for(session, actor=actor))[0]

    content = await attachments.read_capped(request.stream(), await in_transaction(state.database, policy))
    media = await attachments.made_ready(content, keeping)

    return await once(partial(attachments.take, media=media, keeping=keeping, now=now))


@router.get(
    "/attachments/{attachment_id}",
    operation_id="getAttachment",
    summary="A photo or voice note",
    response_class=FileResponse,
    responses={
        200: {"description": "Its bytes, of the type that they are.", "content": SHOWN},
        **problems("sign-in-required", "not-found", "action-refused", "invalid-input"),
    },
)
async def get(session: Session, state: State, actor: CurrentPerson, attachment_id: UUID) -> FileResponse:
    """For its sender, and those who may see its request; followers and volunteers see what came with an answer."""
    keeping = _keeping(state)
    attachment = await attachments.readable(session, actor=actor, attachment_id=attachment_id)
    path = attachments.file_of(attachment, keeping)
    ending = attachment.media_type.partition("/")[2]
    return FileResponse(
        path,
        media_type=attachment.media_type,
        filename=f"{attachment.id}.{ending}",
        content_disposition_type="inline",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, max-age=86400, immutable",
        },
    )
