"""How passwords are kept: as Argon2id hashes only."""

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

PASSWORDS = PasswordHash((Argon2Hasher(),))
"""Hashes and verifies. Each call takes tens of milliseconds by intention: make it in a thread."""
