"""The Telegram channel: updates in, replies out, asked for or brought by Telegram. Knows no words but its own few."""

import os

# python-telegram-bot 22 warns at every RetryAfter until durations are asked for as timedelta, which is the coming
# default. It knows no way to ask but this variable, and reads it at each use, not at import.
os.environ.setdefault("PTB_TIMEDELTA", "true")
