"""How passwords are kept: as Argon2id hashes only. And how names that were tried are counted."""

import hashlib

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

PASSWORDS = PasswordHash((Argon2Hasher(),))
"""Hashes and verifies. Each call takes tens of milliseconds by intention: make it in a thread."""


def name_hash(username: str) -> bytes:
    """What failed sign-ins with a name are counted by. No name is too long for it."""
    return hashlib.sha256(username.encode()).digest()
