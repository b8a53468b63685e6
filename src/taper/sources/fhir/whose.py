"""Whose requests a file holds, and what else of drugs is in it that is not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from taper.errors import Refusal
from taper.sources.fhir.dosage import said_shortly
from taper.sources.fhir.elements import Element, is_deleted, within
from taper.sources.fhir.schedule import Contradiction
from taper.sources.raw import THE_FILE
from taper.wording.quoting import quoted
from taper.wording.severity import Severity

_REQUEST = "MedicationRequest"
_MATCHES = ("match", "")
_ALL_WELL = ("information", "success")
"""Severities of an outcome by which nothing is wrong; the second has R5 alone."""
_READ = frozenset({_REQUEST, "Medication"})


def subject_of(request: Element, others: Mapping[str, Element]) -> str:
    """Whose a request is, in the words that tell two patients apart; empty where nobody says."""
    subject = request.one("subject")
    to = subject.text("reference").partition("/_history/")[0]
    found = within(request, to) if to.startswith("#") else others.get(to)
    if found is not None and found.has("id") and not to.startswith("#"):
        return f"{found.text('resourceType')}/{found.text('id')}"
    if found is not None:  # two requests may hold the same patient within
        return _identified(found) or _described(found) or to
    identifier = subject.one("identifier")
    return to or _value(identifier) or subject.text("display")


def _identified(patient: Element) -> str:
    values = (_value(each) for each in patient.each("identifier"))
    return next(filter(None, values), "")


def _described(patient: Element) -> str:
    """A patient without an identifier by what else two cannot share by chance."""
    names = [
        " ".join([each.text("text"), *each.texts("given"), each.text("family")]).strip()
        for each in patient.each("name")
    ]
    return ", ".join(filter(None, (*names, patient.text("birthDate"))))


def _value(identifier: Element) -> str:
    return f"{identifier.text('system')} {identifier.text('value')}".strip()


def refuse_several(subjects: Sequence[str], name: str) -> None:
    """Raise `Refusal` where the requests are of more than one patient."""
    known = list(dict.fromkeys(each for each in subjects if each))
    different = [each for each in known if not _is_other_way_to(each, known)]
    if len(different) > 1:
        read = f"one with requests for {' and '.join(map(quoted, different))}"
        raise Refusal.of(name, THE_FILE, read, "the requests of one patient")


def _is_other_way_to(one: str, known: Sequence[str]) -> bool:
    """Whether it is `Patient/1` beside the whole address of one that ends so."""
    return any(each != one and each.endswith(f"/{one}") for each in known)


def of_nobody(subjects: Sequence[str]) -> Iterator[Contradiction]:
    """That somebody's requests stand beside those of which nobody says whose they are."""
    unsaid = subjects.count("")
    if unsaid:
        severity = Severity.WARNING if any(subjects) else Severity.INFO
        said = f"{unsaid} of {len(subjects)} requests do not say whose they are (subject)."
        yield Contradiction("no-subject", severity, said)


def refuse_twice(resources: Sequence[tuple[str, Element]], name: str) -> None:
    """Raise `Refusal` where one request is there twice, as in a history of its versions."""
    requests = [each for _, each in resources if each.text("resourceType") == _REQUEST]
    for id_, count in Counter(each.text("id") for each in requests).items():
        if id_ and count > 1:
            read = f"one with {_REQUEST}/{quoted(id_)} {count} times"
            raise Refusal.of(name, THE_FILE, read, "each request once, in its version in force")


def not_read(resources: Sequence[tuple[str, Element]]) -> Iterator[Contradiction]:
    """Other resources about drugs, and requests that are held within another resource."""
    kinds = Counter(
        kind
        for _, each in resources
        if (kind := each.text("resourceType")).startswith("Medication") and kind not in _READ
    )
    for kind, count in kinds.items():
        yield _info(f"{count} {kind}, which is no request: it was not read.")
    held = sum(
        each.text("resourceType") == _REQUEST
        for _, resource in resources
        for each in resource.each("contained")
    )
    if held:
        yield _info(f"{held} {_REQUEST} held within another resource: it was not read.")


def not_there(bundles: Iterable[Element]) -> Iterator[Contradiction]:
    """What a Bundle says is not in it, is to be taken away, or went wrong where it was made."""
    for bundle in bundles:
        entries = bundle.each("entry")
        if any(each.text("relation") == "next" for each in bundle.each("link")):
            yield _partial("it has a further page, which is not here: other requests may be there")
        matches = [each for each in entries if each.one("search").text("mode") in _MATCHES]
        total = bundle.whole("total")
        if total is not None and total > len(matches):
            yield _partial(f"it says that there are {total}, and {len(matches)} are here")
        for each in filter(is_deleted, entries):
            what = each.one("request").text("url") or each.text("fullUrl") or "an entry"
            said = f"{said_shortly(what)} is to be deleted: it was not read."
            yield Contradiction("not-in-force", Severity.WARNING, f"the Bundle: {said}")
        for each in entries:
            yield from _outcome(each.one("resource"))


def _partial(said: str) -> Contradiction:
    return Contradiction("in-part", Severity.WARNING, f"the Bundle: {said}.")


def _outcome(resource: Element) -> Iterator[Contradiction]:
    issues = resource.each("issue") if resource.text("resourceType") == "OperationOutcome" else []
    for issue in issues:
        said = issue.text("diagnostics") or issue.one("details").text("text") or issue.text("code")
        if issue.text("severity") not in _ALL_WELL:
            yield _partial(f"whoever made it says: {said_shortly(said)}")


def _info(said: str) -> Contradiction:
    return Contradiction("not-read", Severity.INFO, said)
