"""What people can do about their household, each as one call of the public API."""

from uuid import UUID

from bot import wire
from bot.asking import Asking, Body


class Kin(Asking):
    """Somebody and their household, within one update."""

    __slots__ = ()

    async def household(self) -> wire.Household:
        """For whom I act, who acts for me, and my open invitations."""
        return await self.get("/v1/me/household", wire.Household)

    async def invite(self, relation: str, *, i_act: bool, tell_both: bool) -> wire.InvitationMade:
        """Make a code for somebody to join with."""
        body: Body = {"relation": relation, "i_act": i_act, "notify_relative": tell_both}
        return await self.post("/v1/me/household", wire.InvitationMade, body)

    async def see(self, code: str) -> wire.InvitationSeen:
        """What somebody's code asks for."""
        return await self.post("/v1/me/household/see", wire.InvitationSeen, {"code": code})

    async def join(self, code: str) -> wire.Link:
        """Agree to what a code asks for."""
        return await self.post("/v1/me/household/join", wire.Link, {"code": code})

    async def tell_both(self, link: UUID, *, both: bool) -> wire.Link:
        """Whether notices about what is booked go to both."""
        return await self.patch(f"/v1/me/household/{link}", wire.Link, {"notify_relative": both})

    async def end(self, link: UUID) -> None:
        """End a link."""
        await self.delete(f"/v1/me/household/{link}")
