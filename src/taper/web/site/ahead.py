"""What a batch would do with each row of a source, before anything is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from taper.errors import Refusal, TaperError
from taper.folder import keeping
from taper.folder.verdicts import Fate, Verdict, sentences
from taper.operations.plans import outputs
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.paper.documents import Paper
from taper.record.forms import BY_NAME, Format
from taper.sources.tables import is_table
from taper.web import form as forms
from taper.web.at import At
from taper.web.form import Form
from taper.web.mistakes import Mistakes
from taper.web.own_mistakes import beside
from taper.web.reply import Reply, page
from taper.web.site.opened import Opened
from taper.web.speech import languages, rendered
from taper.web.status import REFUSED, pass_on_a_fault
from taper.wording.quoting import plain
from taper.workers.pool import Pool


@dataclass(frozen=True, slots=True)
class Row:
    """What would become of one: which revision, from when on other, and what is wrong with it.

    What is refused and `may_be_accepted` is not, once somebody says who takes it and why.
    """

    who: str
    place: str
    fate: str
    revision: str
    state: str
    since: str
    refused: tuple[str, ...]
    said: tuple[str, ...]
    may_be_accepted: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """The page with the verdicts, and what the batch is then to be asked; no row, no batch."""

    reply: Reply
    many: int = 0
    formats: tuple[str, ...] = ()


def checked(opened: Opened, source: Path, name: str, form: Form, token: str, at: At) -> Ahead:
    """The verdict on every row of a source, as `taper batch --check` gives it."""
    remarks: list[str] = []
    rows: list[Row] = []
    said = ""
    formats: tuple[str, ...] = ()
    who, found = _accepted(form, at)
    try:
        _refuse_no_table(source, name)
        wanted = _former(opened)
        formats = tuple(each for each, forms in BY_NAME.items() if {*forms} <= {*wanted})
        asked = Asked(
            source=source,
            out=opened.folder,
            outputs=outputs.chosen(wanted, [Paper.CALENDAR]),
            today=at.today,
            mapping=mapping_of(opened, source),
            sheet=form.get("sheet") or None,
            accepted=who,
        )
        with Pool.of(1) as pool:
            verdicts = list(runs.ahead(asked, pool=pool, remark=remarks.append))
        rows = list(map(_row, verdicts))
    except TaperError as wrong:
        pass_on_a_fault(wrong)
        said = str(wrong)
    shown = rendered(
        "site_ahead.html",
        at.code,
        at=at,
        name=name,
        form=form,
        token=token,
        rows=rows,
        counts=_counts(rows),
        remarks=remarks,
        said=said,
        mistakes=found,
        is_asked=bool(form.get("accepted")) or any(row.may_be_accepted for row in rows),
        languages=languages(),
    )
    return Ahead(page(shown, REFUSED if said or found else 200), len(rows), formats)


def _refuse_no_table(source: Path, name: str) -> None:
    """Raise for a file that is none: the folder of participants' files is not dropped."""
    if not source.is_dir() and not is_table(source):
        raise Refusal.of(plain(name), "the file", "no table", "CSV, TSV, XLSX or ODS")


def accepted(form: Form, user: str) -> str | None:
    """Who accepts that the past changes, and why; who, by the proxy's word where it gives one.

    None where nobody does; raises `Refusal` where it does not say both.
    """
    typed = form.get("accepted", "")
    return forms.accepted(form, f"{user}, {typed}" if user and typed else typed)


def _accepted(form: Form, at: At) -> tuple[str | None, Mistakes]:
    try:
        return accepted(form, at.user), Mistakes({}, [], [])
    except Refusal as wrong:
        return None, beside(wrong, {"accepted": "accepted"})


def mapping_of(opened: Opened, source: Path) -> Path | None:
    """What the fields of a table mean; a folder of files has none."""
    return None if source.is_dir() else opened.mapping


def _former(opened: Opened) -> list[Format]:
    """The formats of every run before; PDF in a folder that has none."""
    with keeping.looked_at(opened.folder) as kept:
        run = kept.ledger.last_run
        before = run.asked if run else ()
    found = [each.format for each in outputs.ALL if each.name("") in before]
    return list(dict.fromkeys(found)) or [Format.PDF]


def _row(verdict: Verdict) -> Row:
    outcome = verdict.outcome
    since = outcome.replaces.changed_from if outcome.replaces else None
    row = "" if outcome.row is None else str(outcome.row)
    provisional = ", provisional" if outcome.provisional else ""
    return Row(
        who=outcome.participant or plain(Path(outcome.source).name),
        place=row,
        fate=verdict.fate.value,
        revision=str(outcome.revision or outcome.left or ""),
        state=f"{outcome.state or ''}{provisional}",
        since=str(since or ""),
        refused=tuple(sentence for _, sentence in outcome.refusals()),
        said=tuple(sentences(verdict)),
        may_be_accepted=outcome.may_be_accepted,
    )


def _counts(rows: list[Row]) -> list[tuple[str, int]]:
    counts = Counter(row.fate for row in rows)
    return [(fate.value, counts[fate.value]) for fate in Fate if counts[fate.value]]
