"""The code to scan on a paper: whose it is, of which plan, and a check word or a signature over it.

It is text of its own, so that a phone can check it without the file: fields with a stroke between
them, of which no field holds one. Without a key it ends with a check word, which finds a misread
letter and proves nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from taper.errors import Refusal
from taper.signing.keys import SHORT, Signature, is_signed

SCHEMA = "TAPER1"
KIND = "code"
"""What a signature over a code is told apart by."""
PLAN_DIGITS, CHECK_DIGITS = 32, 8
FORM = (
    r"TAPER1/(?P<participant>[A-Za-z0-9._-]{1,64})/(?P<plan>[0-9a-f]{32})/(?P<revision>[0-9]{1,6}|-)"
    r"/(?P<issued>[0-9]{4}-[0-9]{2}-[0-9]{2})/(?P<document>[a-z-]{1,20})/(?P<check>[0-9a-f]{8})"
    r"(?:/(?P<key>[0-9a-f]{16})/(?P<signature>[A-Za-z0-9_-]{86}))?"
)
"""What a code is, in signs that JavaScript reads alike: the page for a phone has it too."""
_FORM = re.compile(FORM, re.ASCII)
ALLOWED = "the text of the code on a paper of taper, TAPER1/…"


@dataclass(frozen=True, slots=True)
class Code:
    """What a code says; `key` is the beginning of the public key that signed it."""

    participant: str
    plan: str
    revision: int | None
    issued: date
    document: str
    key: str | None = None
    signature: str | None = None

    @property
    def said(self) -> str:
        """All that is checked and signed."""
        revision = "-" if self.revision is None else str(self.revision)
        plan = self.plan[:PLAN_DIGITS]
        fields = (SCHEMA, self.participant, plan, revision, self.issued.isoformat(), self.document)
        return "/".join(fields)

    @property
    def check(self) -> str:
        """The check word: eight digits that follow from the rest."""
        return hashlib.sha256(self.said.encode()).hexdigest()[:CHECK_DIGITS]

    @property
    def text(self) -> str:
        """What is drawn as a code to scan: some 90 characters, 194 with a signature."""
        signed = "" if self.key is None else f"/{self.key[:SHORT]}/{self.signature}"
        return f"{self.said}/{self.check}{signed}"

    def is_of(self, known: frozenset[str]) -> bool:
        """Whether one of the known keys signed it."""
        if self.key is None or self.signature is None:
            return False
        signature = base64.urlsafe_b64decode(self.signature + "==").hex()
        content = self.said.encode()
        return any(
            is_signed({"key": key, "signature": signature}, KIND, content)
            for key in known
            if key.startswith(self.key)
        )


def code(
    participant: str,
    plan_id: str,
    revision: int | None,
    issued: date,
    document: str,
    signer: Callable[[str, bytes], Signature | None] | None = None,
) -> Code:
    """The code of a paper, signed where there is a key."""
    plain = Code(participant, plan_id, revision, issued, document)
    signed = signer and signer(KIND, plain.said.encode())
    if not signed:
        return plain
    value = base64.urlsafe_b64encode(bytes.fromhex(signed["signature"])).rstrip(b"=").decode()
    return Code(participant, plan_id, revision, issued, document, signed["key"], value)


def read(text: str) -> Code:
    """What was scanned or typed; raises `Refusal` for what is no code, or was misread."""
    found = _FORM.fullmatch("".join(text.split()))
    if found is None:
        raise Refusal.of("--code", "the code", "no code of a paper", ALLOWED)
    try:
        issued = date.fromisoformat(found["issued"])
    except ValueError:
        raise Refusal.of("--code", "the code", "one without a date", ALLOWED) from None
    revision = None if found["revision"] == "-" else int(found["revision"])
    fields = (found["participant"], found["plan"], revision, issued, found["document"])
    read_as = Code(*fields, found["key"], found["signature"])
    if read_as.check != found["check"]:
        allowed = "one whose check word follows from the rest: scan or type it again"
        raise Refusal.of("--code", "the code", f"misread ({found['check']})", allowed)
    return read_as
