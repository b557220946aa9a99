"""Asking a scanner for malware, which is another program on this machine, whether an attachment may be kept."""

import subprocess
from collections.abc import Sequence

import structlog

log = structlog.get_logger(__name__)

SCAN_TIMEOUT_S = 60.0
"""A scanner that takes longer has failed, and what it could not look at is not kept."""


def passes_scan(command: Sequence[str], content: bytes) -> bool:
    """Whether the scanner ends with 0 when it is given these bytes. What cannot be scanned does not pass."""
    try:
        done = subprocess.run(  # noqa: S603  # the command is the installation's own setting
            command, input=content, capture_output=True, timeout=SCAN_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("scan.failed", error=repr(error))
        return False
    if done.returncode != 0:
        log.warning("scan.refused", status=done.returncode)
    return done.returncode == 0
