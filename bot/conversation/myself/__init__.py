"""The room of one's own data: see it, correct it, take it along, be forgotten; and one account in several chats."""

from bot.conversation.actions import myself as actions
from bot.conversation.myself import addresses, chats, consents, correcting, data, leaving, linking, telling
from bot.conversation.rooms import Room, screens, shows
from bot.conversation.turn import Turn
from bot.replies import Incoming, Reply


async def _shared(turn: Turn, incoming: Incoming) -> Reply | None:
    """A phone number that came by itself is asked about; files are for others."""
    if incoming.contact is None:
        return None
    return await correcting.took_phone(turn, incoming.contact)


ROOM = Room(
    screens=screens(
        shows(actions.MyData, data.show_my_data),
        shows(actions.AskName, correcting.ask_name),
        shows(actions.AskPhone, correcting.ask_phone),
        shows(actions.AskBirthday, correcting.ask_birthday),
        shows(actions.Save, correcting.save),
        shows(actions.AskClear, correcting.ask_clear),
        shows(actions.Clear, correcting.clear),
        shows(actions.AskDisability, correcting.ask_disability),
        shows(actions.SetDisability, correcting.set_disability),
        shows(actions.SetLargeText, telling.set_large_text),
        shows(actions.Telling, telling.show_telling),
        shows(actions.SetGroup, telling.set_group),
        shows(actions.SetAll, telling.set_all),
        shows(actions.Addresses, addresses.show_addresses),
        shows(actions.AskAddress, addresses.ask_address),
        shows(actions.SendCode, addresses.send_code),
        shows(actions.AskForget, addresses.ask_forget),
        shows(actions.Forget, addresses.forget),
        shows(actions.Consents, consents.show_consents),
        shows(actions.AskWithdraw, consents.ask_withdraw),
        shows(actions.Withdraw, consents.withdraw),
        shows(actions.AgreeAgain, consents.agree_again),
        shows(actions.TakeAlong, leaving.take_along),
        shows(actions.AskErase, leaving.ask_erase),
        shows(actions.AskEraseAgain, leaving.ask_erase_again),
        shows(actions.Erase, leaving.erase),
        shows(actions.OneAccount, linking.show_one_account),
        shows(actions.AskCode, linking.ask_code),
        shows(actions.MakeCode, linking.make_code),
        shows(actions.LookAtCode, linking.look_at_code),
        shows(actions.LinkChat, linking.link_chat),
        shows(actions.MyChats, chats.show_chats),
        shows(actions.AskUnlink, chats.ask_unlink),
        shows(actions.Unlink, chats.unlink),
    ),
    drafts={
        correcting.NAME: correcting.take_name,
        correcting.PHONE: correcting.take_phone,
        correcting.BIRTHDAY: correcting.take_birthday,
        addresses.ADDRESS: addresses.take_address,
        addresses.CODE: addresses.take_code,
        linking.CODE: linking.take_code,
    },
    shared=_shared,
)
