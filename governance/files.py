"""Where the bytes of attachments are kept: files named by the hash of what is in them, in a folder that is handed in."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

HALF = ".half-"
"""How the name of a file begins that is not whole yet."""


@dataclass(frozen=True, slots=True)
class AttachmentFiles:
    """A folder of files by content. What is the same is kept once; a file is whole or not there at all."""

    folder: Path

    @staticmethod
    def name_of(content: bytes) -> str:
        """Under what name bytes are kept: their SHA-256, in hexadecimal digits."""
        return hashlib.sha256(content).hexdigest()

    def keep(self, content: bytes) -> str:
        """Keeps bytes and returns their name. It is on the disk when this returns."""
        name = self.name_of(content)
        path = self.path(name)
        if path.exists():
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, half = tempfile.mkstemp(dir=path.parent, prefix=HALF)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(half).replace(path)
        except BaseException:
            Path(half).unlink(missing_ok=True)
            raise
        return name

    def path(self, name: str) -> Path:
        """Where the file of this name is, or would be."""
        return self.folder / name[:2] / name

    def forget(self, name: str) -> None:
        """Deletes the file of this name, if it is there."""
        self.path(name).unlink(missing_ok=True)

    def older_than(self, moment: float) -> list[str]:
        """The names of files written before a moment (seconds since 1970); halves that a crash left are deleted."""
        found: list[str] = []
        for path in self.folder.glob("??/*"):
            if path.stat().st_mtime >= moment:
                continue
            if path.name.startswith(HALF):
                path.unlink(missing_ok=True)
            else:
                found.append(path.name)
        return sorted(found)
