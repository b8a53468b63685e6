"""What `taper regimens` shows: a list, and all that a sheet says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from taper.cli.shown.sheets import facts, list_of
from taper.doses import dose
from taper.wording.layout import NBSP, table, wrapped
from taper.wording.start_doses import start_doses

Sheet = Mapping[str, Any]
_UNBROKEN = 40
"""The most characters of a row that stay on one line."""


def regimens(sheets: Iterable[Sheet], bursts: Iterable[Sheet]) -> str:
    """A row a regimen, and the flare bursts that a protocol may name."""
    shown = list(sheets)
    rows = [
        [s["id"], s["status"], _grade(s).split("-")[0], start_doses(s), s["title"]] for s in shown
    ]
    titles = ["Id", "Status", "Evidence", "Start mg", "Title"]
    said = table(titles, rows, whole=titles[:-1], below=True)
    unfinished = [s["id"] for s in shown if "needs" in s]
    if unfinished:
        said += "\n" + wrapped(
            f"Not usable before numbers that the source leaves open are filled in: "
            f"{dose.join(unfinished)}.\n"
        )
    return "\n".join([said.rstrip(), "", *map(_burst, bursts)]).rstrip() + "\n"


def _burst(sheet: Sheet) -> str:
    rows = dose.join([f"{row['mg']} mg for {row['days']} days" for row in sheet["rescue"]])
    return wrapped(
        f"For flare.rescue: {sheet['id']}, {sheet['status']}, {sheet['title']}: {rows} "
        f"({sheet['sources'][0]['citation']})."
    )


def _grade(sheet: Sheet) -> str:
    return str(sheet.get("evidence_grade", ""))


def regimen(sheet: Sheet) -> str:
    """Everything that a regimen's sheet says; what was published beside what was chosen."""
    start, target = start_doses(sheet), sheet.get("suggested_target_mg")
    told: list[tuple[str, str]] = [
        ("For", ", ".join(sheet.get("for", ()))),
        ("Status", sheet["status"]),
        ("Check against", sheet.get("verify", "")),
        ("Evidence", _grade(sheet)),
        ("Unit", sheet.get("unit", "")),
        ("Published in", sheet.get("drug_published", "")),
        ("Start doses", f"{start} mg" if start[-1:].isdigit() else start),
        ("Target", f"{target} mg, if the protocol says nothing else" if target else ""),
        *list_of("Left open", sheet.get("needs", [])),
        *list_of("Rule", _rule(sheet["regimen"])),
        *list_of("Adds up to", map(_total, sheet.get("totals", []))),
        *list_of("Sources", map(_source, sheet["sources"])),
    ]
    said = [wrapped(f"{sheet['id']}: {sheet['title']}"), facts(told), ""]
    beside = [["\n".join(sheet.get("published", [])), sheet.get("choice", "")]]
    return "\n".join([*said, table(["Published", "Chosen for this sheet"], beside)])


def _total(total: Sheet) -> str:
    who = f", {total['weight_kg']} kg" if "weight_kg" in total else ""
    return f"from {total['from_mg']} mg{who}: {total['mg']} mg in {total['days']} days"


def _source(source: Sheet) -> str:
    how = ", ".join(source[key] for key in ("date", "how") if key in source)
    return f"{source['citation']}{f' ({how})' if how else ''}"


def _rule(rule: Sheet) -> Iterator[str]:
    """A regimen's rule in words; from its text, so that open numbers are shown as they stand."""
    match rule["kind"]:
        case "bands":
            for band in rule["bands"]:
                every = _days(band["every_days"])
                yield f"over {band['above_mg']} mg: {band['decrease_mg']} mg less every {every}"
        case "percent":
            least = rule.get("min_decrease_mg")
            yield (
                f"{rule['decrease_percent']} percent of the {rule.get('of', 'current')} dose less "
                f"every {_days(rule['every_days'])}{f', at least {least} mg' if least else ''}"
            )
        case "linear":
            yield f"equal steps, one every {_days(rule['every_days'])}, within the window"
        case "phases":
            for number, phase in enumerate(rule["phases"], start=1):
                end = f" down to {phase['to_mg']} mg" if "to_mg" in phase else ""
                yield from (f"phase {number}{end}: {said}" for said in _rule(phase))
        case _:
            if "in" in rule:
                yield f"mg of {rule['in']}"
            yield _ENTRIES[rule.get("entry", "below")]
            for bounds, rows in _tables(rule):
                said = list(map(_row, rows))
                yield f"{bounds}{('; ' if any(', ' in row for row in said) else ', ').join(said)}"


_ENTRIES = {
    "below": "begins with the first row under the start dose",
    "join": "begins with the first row not above the start dose",
    "first": "begins with the first row",
}
_BOUNDS = {"from": "from", "above": "over", "below": "under", "up_to": "up to"}


def _tables(rule: Sheet) -> Iterator[tuple[str, list[Sheet]]]:
    if "steps" in rule:
        yield "", rule["steps"]
    unit = "kg" if rule.get("choose_by") == "weight_kg" else "mg"
    for each in rule.get("tables", []):
        bounds = [f"{word} {each[key]} {unit}" for key, word in _BOUNDS.items() if key in each]
        yield f"{' and '.join(bounds)}: ", each["steps"]


def _row(row: Sheet) -> str:
    by_mean = ", compared by the mean," if row.get("compare") == "mean" else ""
    length = _days(row["days"]) if "days" in row else _counted(row["weeks"], "week")
    said = f"{_daily(row)}{by_mean} for {length}"
    return said.replace(" ", NBSP) if len(said) <= _UNBROKEN else said


def _daily(row: Sheet) -> str:
    """What is taken on the days of a row."""
    if "mg" in row:
        return f"{_in_turn(row['mg'])} mg"
    if "by_weekday" in row:
        return dose.join([f"{mg} mg {_on(day)}" for day, mg in row["by_weekday"].items()])
    bounds = [f"{word} {row[key]} mg" for key, word in _LIMITS.items() if key in row]
    return f"{_in_turn(row['mg_per_kg'])} mg per kg{f' ({dose.join(bounds)})' if bounds else ''}"


_LIMITS = {"min_mg": "at least", "max_mg": "at most"}


def _on(day: str) -> str:
    return "on the other days" if day == "else" else f"on {day.title()}"


def _in_turn(mg: Any) -> str:
    """The doses of a cycle; the same on several days in a row is said once."""
    if not isinstance(mg, list):
        return str(mg)
    runs = [(each, len(list(days))) for each, days in groupby(mg)]
    if len(runs) == len(mg):
        return " / ".join(mg)
    return " / ".join(f"{each} ({_counted(str(days), 'day')})" for each, days in runs)


def _days(days: str) -> str:
    return _counted(days, "day")


def _counted(number: str, unit: str) -> str:
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"
