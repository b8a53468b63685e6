"""What a batch would do with each row of a source, before anything is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from taper.errors import TaperError
from taper.folder import keeping
from taper.folder.verdicts import Fate, Verdict, sentences
from taper.operations.plans import outputs
from taper.operations.site import runs
from taper.operations.site.asked import Asked
from taper.paper.documents import Paper
from taper.record.forms import BY_NAME, Format
from taper.web import form as forms
from taper.web.at import At
from taper.web.form import Form
from taper.web.reply import Reply, page
from taper.web.site.opened import Opened
from taper.web.speech import languages, rendered
from taper.wording.quoting import plain
from taper.workers.pool import Pool


@dataclass(frozen=True, slots=True)
class Row:
    """What would become of one: which revision, from when on other, and what is wrong with it."""

    who: str
    place: str
    fate: str
    revision: str
    state: str
    since: str
    refused: tuple[str, ...]
    said: tuple[str, ...]


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
    try:
        wanted = _former(opened)
        formats = tuple(each for each, forms in BY_NAME.items() if {*forms} <= {*wanted})
        asked = Asked(
            source=source,
            out=opened.folder,
            outputs=outputs.chosen(wanted, [Paper.CALENDAR]),
            today=at.today,
            mapping=mapping_of(opened, source),
            sheet=form.get("sheet") or None,
            accepted=forms.accepted(form, accepted(form, at.user)),
        )
        with Pool.of(1) as pool:
            verdicts = list(runs.ahead(asked, pool=pool, remark=remarks.append))
        rows = list(map(_row, verdicts))
    except TaperError as wrong:
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
        past=any("what is past" in each for row in rows for each in (*row.said, *row.refused)),
        languages=languages(),
    )
    return Ahead(page(shown, 422 if said else 200), len(rows), formats)


def accepted(form: Form, user: str) -> str | None:
    """Who accepts that the past changes, and why; who, by the proxy's word where it gives one."""
    typed = form.get("accepted", "")
    return f"{user}, {typed}" if user and typed else typed or None


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
    )


def _counts(rows: list[Row]) -> list[tuple[str, int]]:
    counts = Counter(row.fate for row in rows)
    return [(fate.value, counts[fate.value]) for fate in Fate if counts[fate.value]]
