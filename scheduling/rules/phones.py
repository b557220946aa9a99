"""Phone numbers, as they are kept and as they are shown."""


def normal_phone(phone: str | None) -> str | None:
    """A phone number as it is stored and looked for: digits, and the + that it may begin with."""
    return None if phone is None else "".join(sign for sign in phone if sign.isdigit() or sign == "+")


def masked_phone(phone: str | None) -> str | None:
    """A phone number of which only the ends are shown: 138****5678 (product: People 1)."""
    if phone is None:
        return None
    if len(phone) < 8:
        return "****"
    return f"{phone[:3]}****{phone[-4:]}"
