"""A new key, and one that takes the place of another: the old one stays known, and says so."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from taper.errors import Refusal
from taper.signing.keys import SHORT, Signer, library, private_key, refuse_output_folder
from taper.signing.rotation import SUFFIX, statement

PUBLIC = ".pub"


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: the private key's file, the public one's, and the rotation's if one was."""

    private: Path
    public: Path
    key: str
    rotation: Path | None = None


def usual_place() -> Path:
    """Where a key is kept unless told otherwise: in the user's own configuration."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "taper" / "trial.key"


def new_key(path: Path) -> Made:
    """Make a key, with its public one beside it; where there is one, put the new in its place.

    The old private key is kept under its number, its public one stays, and a statement of
    rotation signed by it names the new one. Raises `Refusal` in the folder of a batch, or for a
    file that is no key.
    """
    refuse_output_folder(path)
    private = library().Ed25519PrivateKey.generate()
    key = private.public_key().public_bytes_raw().hex()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    rotation = _put_away(path, key) if path.exists() else None
    _write_private(path, private)
    public = path.with_name(path.name + PUBLIC)
    _write_new(public, _pem_of(key), 0o644)
    return Made(path, public, key, rotation)


def _put_away(path: Path, key: str) -> Path:
    """Keep the former key under its number; where the statement of it is."""
    old = private_key(path).public_key().public_bytes_raw().hex()
    said = json.dumps(statement(Signer(path), key), indent=1).encode() + b"\n"
    rotation = path.with_name(f"{path.name}.{key[:SHORT]}{SUFFIX}")
    _write_new(rotation, said, 0o644)
    public = path.with_name(path.name + PUBLIC)
    if public.exists():
        public.rename(path.with_name(f"{path.name}.{old[:SHORT]}{PUBLIC}"))
    path.rename(path.with_name(f"{path.name}.{old[:SHORT]}"))
    return rotation


def _write_private(path: Path, private: object) -> None:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[attr-defined]
    _write_new(path, pem, 0o600)


def _pem_of(key: str) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = library().Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    pem: bytes = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """A file that was not there, never open to more than it is to be."""
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError:
        raise Refusal.of(
            path.name, "the key", "in the way, or not to be written", "a new file"
        ) from None
    with os.fdopen(opened, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
