"""What came of the participants of the folder's source: the report of `taper results`, its files.

No arm is ever here: who is in which group is joined at a terminal alone (§11.7.2).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from taper.errors import Refusal, TaperError
from taper.operations.results import forms, gathering
from taper.operations.results.forms import Form as Written
from taper.operations.results.gathering import Asked, Results
from taper.operations.results.page import BEFORE_PICTURES, BESIDE_PICTURES
from taper.operations.results.pictures import drawn
from taper.operations.results.question import USUAL_WINDOW, question_of
from taper.operations.results.rules import rules
from taper.results.estimands import Estimand
from taper.results.report import Table
from taper.results.times import USUAL
from taper.web.at import At
from taper.web.downloads import KINDS
from taper.web.form import Form
from taper.web.mistakes import Mistakes
from taper.web.own_mistakes import beside
from taper.web.reply import HTML, JSON, Reply, page
from taper.web.site.dropped import Held
from taper.web.site.opened import Opened
from taper.web.site.pages import mapping_of
from taper.web.speech import languages, rendered

WHO = "taper results"
DIARIES = "diaries"
"""The hidden field that says which dropped diaries are held."""
FIELDS: Form = {"at": USUAL, "window": USUAL_WINDOW, "estimand": Estimand.TREATMENT_POLICY.value}
_PLACES = {"--at": "at", "--window": "window", "--estimand": "estimand", "--flag": "flagged"}
_KIND: Mapping[Written, str] = {
    Written.HTML: HTML,
    Written.JSON: JSON,
    Written.XLSX: KINDS["xlsx"],
    Written.CSV: "application/zip",
}
"""The forms that the page offers to save, and what kind of thing each is."""
_ALWAYS = (1980, 1, 1, 0, 0, 0)
"""The time in an archive: the same tables are the same bytes."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture or a table as the page shows it; `svg` is empty where there is no picture."""

    table: Table
    svg: str = ""

    @property
    def titles(self) -> list[str]:
        """The columns as words."""
        return [name.replace("_", " ") for name in self.table.columns]


@dataclass(frozen=True, slots=True)
class Come:
    """What came of it: in short, by which rules, pictures beside their numbers, all tables."""

    count: int
    rules: tuple[str, ...]
    remarks: tuple[str, ...]
    refused: tuple[str, ...]
    others: tuple[str, ...]
    first: tuple[Shown, ...]
    pictures: tuple[Shown, ...]
    tables: tuple[Shown, ...]


def first_page(opened: Opened, at: At) -> Reply:
    """The page before anybody has asked."""
    return page(_html(opened, {**FIELDS}, (), at))


def report_page(
    opened: Opened, form: Form, held: Sequence[tuple[str, Held]], at: At, said: str = ""
) -> Reply:
    """The report, or what is wrong with what was asked; `said` where a diary is held no more."""
    found, come = Mistakes({}, [said] if said else [], []), None
    if not said:
        try:
            come = _come(*_found(opened, form, held, at))
        except TaperError as wrong:
            beside(wrong, _PLACES, found)
    html = _html(opened, {**FIELDS, **form}, held, at, found, come)
    return page(html, 422 if found else 200)


def file(opened: Opened, form: Form, held: Sequence[tuple[str, Held]], at: At) -> Reply:
    """The report in the form that is asked for, to be saved; the page where there is none."""
    wanted = {each.value: each for each in _KIND}.get(form.get("format", ""))
    if wanted is None:
        return report_page(opened, form, held, at)
    try:
        found, _ = _found(opened, form, held, at)
        files = forms.made(found, wanted, _no_text).files
    except TaperError:
        return report_page(opened, form, held, at)
    if wanted is Written.CSV:
        return Reply(200, _KIND[wanted], _zipped(files), "results.zip", to_keep=True)
    ((name, data),) = files.items()
    return Reply(200, _KIND[wanted], data, name, to_keep=True)


def _no_text(_found: Results) -> str:
    raise AssertionError("a text for a screen is no file of the page")


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _ALWAYS), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# What came of it --------------------------------------------------------------------------------


def _found(
    opened: Opened, form: Form, held: Sequence[tuple[str, Held]], at: At
) -> tuple[Results, tuple[str, ...]]:
    """The results, and what was remarked while the source was read."""
    if opened.source is None:
        raise Refusal.of(WHO, "SOURCE", "missing", "taper serve with --source SOURCE")
    typed, remarks = {**FIELDS, **form}, list[str]()
    asked = Asked(
        source=opened.source,
        today=at.today,
        question=question_of(
            at=typed["at"],
            window=typed["window"],
            estimand=typed["estimand"],
            with_rescue=not typed.get("without_rescue"),
            with_exposures=bool(typed.get("with_exposures")),
        ),
        diaries=tuple(each.source for _, each in held),
        flagged=tuple(filter(None, map(str.strip, typed.get("flagged", "").split(",")))),
        mapping=mapping_of(opened, opened.source),
    )
    return gathering.results(asked, remarks.append), tuple(remarks)


def _come(found: Results, remarks: tuple[str, ...]) -> Come:
    pictures = tuple(Shown(each.table, Markup(each.svg)) for each in drawn(found))
    every = forms.all_tables(found)
    with_picture = BESIDE_PICTURES | BEFORE_PICTURES
    return Come(
        count=len(found.everybody),
        rules=tuple(rules(found)),
        remarks=remarks,
        refused=tuple(map(str, found.refused)),
        others=found.not_on_steroid,
        first=tuple(Shown(each) for each in every if each.name in BEFORE_PICTURES),
        pictures=pictures,
        tables=tuple(Shown(each) for each in every if each.name not in with_picture),
    )


def _html(
    opened: Opened,
    form: Form,
    held: Sequence[tuple[str, Held]],
    at: At,
    mistakes: Mistakes | None = None,
    come: Come | None = None,
) -> str:
    return rendered(
        "site_report.html",
        at.code,
        at=at,
        opened=opened,
        form=form,
        diaries=" ".join(token for token, _ in held),
        names=[each.name for _, each in held],
        mistakes=mistakes or Mistakes({}, [], []),
        come=come,
        estimands=[each.value for each in Estimand],
        formats=[each.value for each in _KIND],
        languages=languages(),
    )
