"""The files that somebody chose together: a participant's, a protocol's, and those of regimens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from taper import sources
from taper.doses import dose
from taper.errors import Refusal
from taper.sources import raw, regimens
from taper.sources.checking import Subject, subject_of
from taper.sources.protocols import trial_in
from taper.sources.raw import KIB, MAX_BYTES
from taper.sources.yaml import SUFFIXES
from taper.web import form as forms
from taper.web.at import At
from taper.web.form import OWN, OWN_NAME, OWN_SHEETS, Form
from taper.wording.quoting import plain, quoted

File = tuple[str, bytes]
"""The name of a file and its bytes, as a browser sends them."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What was chosen: a participant's file as text, a protocol with its name, and sheets by name.

    Everything is in order but the participant's file, which is read where it is asked about.
    """

    participant: str | None = None
    protocol: str = ""
    name: str = ""
    sheets: dict[str, str] = field(default_factory=dict)

    def carried(self, form: Form, at: At) -> dict[str, str]:
        """The fields by which a form carries all of it along, beside what it carries already.

        Raises `Refusal` for what it could not, and where one name would stand for two files.
        """
        before = {key: form[key] for key in (OWN, OWN_NAME) if form.get(OWN) and key in form}
        own = {OWN: self.protocol, OWN_NAME: self.name} if self.protocol else before
        sheets = {**forms.sheets_of(form), **self.sheets}
        _refuse_of_server(self.sheets, at.offered)
        protocol = {own[OWN_NAME]: own[OWN]} if own.get(OWN_NAME) else {}
        _refuse_one_name([*protocol, *sheets])
        _refuse_too_much({**protocol, **sheets})
        return {**own, OWN_SHEETS: forms.sheets_as_field(sheets)} if sheets else own


def participant_brought(files: Iterable[File], form: Form, at: At) -> tuple[str, dict[str, str]]:
    """The text of a participant's file, and the fields by which a form carries what came with it.

    Raises `Refusal` where there is none, and for what is wrong in the others.
    """
    found = brought(files, Subject.PARTICIPANT)
    if found.participant is None:
        allowed = "the file of a participant, and with it those that it names"
        raise Refusal.of("taper", "participant", "missing", allowed)
    return found.participant, found.carried(form, at)


def brought(files: Iterable[File], usual: Subject) -> Brought:
    """The files by what they are; one that is nothing known is taken for the `usual` kind.

    Raises `Refusal` for what is wrong in a protocol or a regimen, and for two where one is meant.
    """
    kinds: dict[Subject, list[File]] = {each: [] for each in Subject}
    for name, data in files:
        kinds[_subject(data) or usual].append((forms.base_of(name), data))
    participant = _one(kinds[Subject.PARTICIPANT], "participant")
    protocol = _one(kinds[Subject.PROTOCOL], "protocol")
    sheets = kinds[Subject.REGIMEN]
    _refuse_one_name([name for name, _ in (*([protocol] if protocol else []), *sheets)])
    texts = dict(_texts(sheets))
    for name, text in texts.items():
        regimens.sheet_of(*sources.yaml.scan(text.encode(), plain(name)))
    return Brought(
        participant=raw.text_of(participant[1], forms.UNNAMED) if participant else None,
        protocol=_protocol(*protocol, texts) if protocol else "",
        name=protocol[0] if protocol else "",
        sheets=texts,
    )


def _subject(data: bytes) -> Subject | None:
    """What a file is; None where that cannot be told, for which its reader finds the words."""
    try:
        raw.refuse_larger(data, forms.UNNAMED)
        return subject_of(sources.parse(data, forms.UNNAMED).data)
    except Refusal:
        return None


def _one(files: list[File], what: str) -> File | None:
    if len(files) > 1:
        read = f"in {len(files)} files ({dose.join([quoted(name) for name, _ in files])})"
        raise Refusal.of("taper", what, read, f"one {what} at a time")
    return files[0] if files else None


def _refuse_one_name(names: list[str]) -> None:
    """Raise where two files are called alike: by its name alone each is found."""
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        read, allowed = f"{quoted(twice)} twice", "files of which each has a name of its own"
        raise Refusal.of("taper", "the file", read, allowed)


def _refuse_of_server(sheets: Mapping[str, str], offered: Mapping[str, bytes]) -> None:
    """Raise for a sheet by which a protocol of this server would be planned in place of its own."""
    for path, data in offered.items():
        name = forms.base_of(path)
        if name in sheets and sheets[name].encode("utf-8", "surrogatepass") != data:
            read = f"{quoted(name)}, which this server has too, and otherwise"
            raise Refusal.of("taper", "the file", read, "another name, in its protocol too")


def _refuse_too_much(files: Mapping[str, str]) -> None:
    """Raise where a form could not carry all of it along with a participant's file."""
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in files.values())
    if len(files) > 1 and size > MAX_BYTES:
        read = f"larger than {MAX_BYTES // KIB} KiB together"
        named = dose.join([plain(name) for name in files])
        raise Refusal.of("taper", named, read, f"at most {MAX_BYTES // KIB} KiB")


def _texts(files: list[File]) -> Iterator[tuple[str, str]]:
    for name, data in files:
        if not name.lower().endswith(SUFFIXES):
            allowed = f"a file named {' or '.join(SUFFIXES)}"
            raise Refusal.of("taper", "the file", quoted(name), allowed)
        raw.refuse_larger(data, plain(name))
        yield name, raw.text_of(data, plain(name))


def _protocol(name: str, data: bytes, sheets: dict[str, str]) -> str:
    """The text of a protocol in order, with the sheet that it names among those that came."""
    ((_, text),) = _texts([(name, data)])
    reference = regimens.path_in(data, name)
    if reference is None:
        trial_in(data, Path(name))
        return text
    sheet = sheets.get(forms.base_of(reference))
    if sheet is None:
        allowed = f"its sheet {quoted(forms.base_of(reference))} chosen together with this file"
        raise Refusal.of(plain(name), "taper.regimen", quoted(reference), allowed)
    with raw.only({str(Path(name).parent / reference): sheet.encode()}):
        trial_in(data, Path(name))
    return text
