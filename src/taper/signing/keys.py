"""Keys: Ed25519, by the library `cryptography`; the private one is read by its owner alone.

A public key is known by itself, 64 hexadecimal digits. A private key is read where something is
signed and nowhere else, is never shown, and lies in no folder that a batch writes to: whoever gets
the folder must not get the key.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from taper.errors import EnvironmentLacking, Refusal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LACKING = (
    "A signature needs the library cryptography, which is not installed; allowed: "
    "`pip install 'taper[sign]'`, or no key."
)
MOST_BYTES = 4096
"""Of the file of a key; one has some 120."""
SHORT = 16
"""How many digits of a public key are shown and stand in a code."""
_OUTPUT = ("ledger.jsonl", "manifest.json")
_PUBLIC = re.compile(r"[0-9a-f]{64}")

Signature = Mapping[str, str]
"""`key`, the public one, and `signature`, both in hexadecimal digits."""


def library() -> Any:
    """The part of `cryptography` that is needed; raises `EnvironmentLacking` without it."""
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as missing:
        raise EnvironmentLacking(LACKING) from missing
    return ed25519


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the file of a private key, read where it is needed, in this process or a worker's.

    What is signed is told apart by its kind, so that no signature can stand for another thing.
    """

    path: Path

    def __call__(self, kind: str, content: bytes) -> dict[str, str]:
        """The signature of some content; the same content and key give the same one."""
        private = private_key(self.path)
        return {
            "key": private.public_key().public_bytes_raw().hex(),
            "signature": private.sign(_message(kind, content)).hex(),
        }


@dataclass(frozen=True, slots=True)
class AsSaid:
    """Who signs as a file says that was signed, kind by kind: to make the same file again."""

    signatures: Mapping[str, Signature]

    def __call__(self, kind: str, content: bytes) -> Signature | None:  # noqa: ARG002 - as a `Signer`
        """The signature of that kind which was read; None where there was none."""
        return self.signatures.get(kind)


def is_signed(signature: Signature, kind: str, content: bytes) -> bool:
    """Whether a signature is that of its own key over some content."""
    from cryptography.exceptions import InvalidSignature

    if not _PUBLIC.fullmatch(signature["key"]):
        return False
    try:
        public = library().Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature["key"]))
        public.verify(bytes.fromhex(signature["signature"]), _message(kind, content))
    except (InvalidSignature, ValueError):
        return False
    return True


def _message(kind: str, content: bytes) -> bytes:
    return f"taper-{kind}/1\n".encode() + content


# Files --------------------------------------------------------------------------------------------


def private_key(path: Path) -> Ed25519PrivateKey:
    """The private key in a file.

    Raises `Refusal` where that is no such file, where others may read it or where it lies in the
    folder of a batch, and `EnvironmentLacking` without the library.
    """
    refuse_output_folder(path)
    return _private(_own_bytes(path), path)


@lru_cache(maxsize=4)
def _private(content: bytes, path: Path) -> Ed25519PrivateKey:
    kind: type[Ed25519PrivateKey] = library().Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(content, None)
    except (ValueError, TypeError):
        found = None
    if not isinstance(found, kind):
        raise _refused(path, "no private key of this kind")
    return found


def _own_bytes(path: Path) -> bytes:
    """A small plain file that nobody else may read."""
    try:
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        raise _refused(path, "a file that cannot be read") from None
    try:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
            raise _refused(path, "no plain file of a key's size")
        if os.name == "posix" and status.st_mode & 0o077:
            raise _refused(path, f"open to others (mode {status.st_mode & 0o777:04o})")
        return os.read(opened, MOST_BYTES)
    finally:
        os.close(opened)


def _refused(path: Path, read: str) -> Refusal:
    allowed = "a file that `taper key new` wrote, which only its owner may read (chmod 600)"
    return Refusal.of(path.name, "the key", read, allowed)


def refuse_output_folder(path: Path, *outputs: Path) -> None:
    """Refuse a key in a folder that a batch wrote to, or is to write to."""
    folders = path.resolve().parents
    written = {each.resolve() for each in outputs}
    for folder in folders:
        if folder in written or any((folder / name).exists() for name in _OUTPUT):
            read = f"in {folder.name}, the folder of a batch"
            raise Refusal.of(path.name, "the key", read, "a folder that is not handed on")


def public_key(path: Path) -> str:
    """The public key in a file; raises `Refusal` where that is none."""
    ed25519 = library()
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        with path.open("rb") as file:
            found = load_pem_public_key(file.read(MOST_BYTES))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, ed25519.Ed25519PublicKey):
        allowed = "a public key that `taper key new` wrote beside the private one"
        raise Refusal.of(path.name, "the known key", "no public key of this kind", allowed)
    return str(found.public_bytes_raw().hex())
