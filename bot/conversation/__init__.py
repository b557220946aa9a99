"""The conversation: a function of (update, API) to replies, free of any channel's types.

`router` chooses the screen; each other module is one subject's screens; `actions` is what buttons can do.
"""

from bot.conversation.router import respond

__all__ = ["respond"]
