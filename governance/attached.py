"""Attachments as rows and views, for those who show requests."""

from models.shapes.requests import AttachmentView
from models.tables import Attachment


def attachment_view(attachment: Attachment) -> AttachmentView:
    """An attachment as those see it who may see its request."""
    return AttachmentView(
        id=attachment.id,
        kind=attachment.kind,
        media_type=attachment.media_type,
        size=attachment.size,
        width=attachment.width,
        height=attachment.height,
        step=attachment.step_number,
    )
