"""What the buttons of one's own data do. Their verbs begin with y."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class MyData(Action):
    """Show what is stored about me."""


@dataclass(frozen=True, slots=True)
class AskName(Action):
    """Wait for my name."""


@dataclass(frozen=True, slots=True)
class AskPhone(Action):
    """Wait for my phone number, typed or shared."""


@dataclass(frozen=True, slots=True)
class AskBirthday(Action):
    """Wait for when I was born."""


@dataclass(frozen=True, slots=True)
class Save(Action):
    """Keep what I have just said of myself."""


@dataclass(frozen=True, slots=True)
class AskClear(Action):
    """Ask whether my phone number or birthday is to be forgotten: `phone` or `birthday`."""

    what: str


@dataclass(frozen=True, slots=True)
class Clear(Action):
    """Forget it."""

    what: str


@dataclass(frozen=True, slots=True)
class AskDisability(Action):
    """Show what it means to say that I have a disability."""


@dataclass(frozen=True, slots=True)
class SetDisability(Action):
    """Say that I have a disability, or none."""

    on: int


@dataclass(frozen=True, slots=True)
class SetLargeText(Action):
    """Large text, or text as usual."""

    on: int


@dataclass(frozen=True, slots=True)
class Telling(Action):
    """Show what I am told."""


@dataclass(frozen=True, slots=True)
class SetGroup(Action):
    """Be told a group of notices, or not."""

    group: str
    on: int


@dataclass(frozen=True, slots=True)
class SetAll(Action):
    """Be told everything, or only what I must know."""

    on: int


@dataclass(frozen=True, slots=True)
class Addresses(Action):
    """Show where I am told things besides the chat."""


@dataclass(frozen=True, slots=True)
class AskAddress(Action):
    """Wait for an address of a channel."""

    channel: str


@dataclass(frozen=True, slots=True)
class SendCode(Action):
    """Send a code to the address that I have just said."""


@dataclass(frozen=True, slots=True)
class AskForget(Action):
    """Ask whether an address is to be forgotten."""

    channel: str


@dataclass(frozen=True, slots=True)
class Forget(Action):
    """Forget it."""

    channel: str


@dataclass(frozen=True, slots=True)
class Consents(Action):
    """Show what I agreed to."""


@dataclass(frozen=True, slots=True)
class AskWithdraw(Action):
    """Ask whether a consent is to be taken back."""

    purpose: str


@dataclass(frozen=True, slots=True)
class Withdraw(Action):
    """Take it back."""

    purpose: str


@dataclass(frozen=True, slots=True)
class AgreeAgain(Action):
    """Agree to a purpose that I took back, and go on with what needed it: an action of `verb`, about `thing` or nothing."""

    purpose: str
    verb: str
    thing: UUID | None


@dataclass(frozen=True, slots=True)
class TakeAlong(Action):
    """Give me everything about me as a file: `html` or `json`."""

    form: str


@dataclass(frozen=True, slots=True)
class AskErase(Action):
    """Show what being forgotten means."""


@dataclass(frozen=True, slots=True)
class AskEraseAgain(Action):
    """Ask a second time."""


@dataclass(frozen=True, slots=True)
class Erase(Action):
    """Forget me."""


@dataclass(frozen=True, slots=True)
class OneAccount(Action):
    """Show how one account is used in several chats."""


@dataclass(frozen=True, slots=True)
class MyChats(Action):
    """Show in which chats I am this person."""


@dataclass(frozen=True, slots=True)
class AskUnlink(Action):
    """Ask whether a chat is to be parted with."""

    chat: UUID


@dataclass(frozen=True, slots=True)
class Unlink(Action):
    """Part with a chat."""

    chat: UUID


@dataclass(frozen=True, slots=True)
class AskCode(Action):
    """Wait for the code of an account."""


@dataclass(frozen=True, slots=True)
class MakeCode(Action):
    """Give me a code for another chat."""


@dataclass(frozen=True, slots=True)
class LookAtCode(Action):
    """Show whose account a code is."""

    code: str


@dataclass(frozen=True, slots=True)
class LinkChat(Action):
    """Link this chat to the account of a code."""

    code: str


VERBS: Mapping[str, type[Action]] = {
    "yd": MyData,
    "ynm": AskName,
    "yph": AskPhone,
    "ybd": AskBirthday,
    "ysv": Save,
    "yac": AskClear,
    "ycl": Clear,
    "yad": AskDisability,
    "ysd": SetDisability,
    "ylt": SetLargeText,
    "ytl": Telling,
    "ysg": SetGroup,
    "ysa": SetAll,
    "yas": Addresses,
    "yaa": AskAddress,
    "ysc": SendCode,
    "yaf": AskForget,
    "yfg": Forget,
    "ycs": Consents,
    "yaw": AskWithdraw,
    "ywd": Withdraw,
    "yga": AgreeAgain,
    "yta": TakeAlong,
    "yae": AskErase,
    "yag": AskEraseAgain,
    "yer": Erase,
    "yoa": OneAccount,
    "yec": AskCode,
    "ymc": MakeCode,
    "ylc": LookAtCode,
    "ylk": LinkChat,
    "ymy": MyChats,
    "yau": AskUnlink,
    "yul": Unlink,
}
