"""How the table of a sheet is read, day by day."""

from __future__ import annotations

from fractions import Fraction

from spec.data_sheets.sheets import Sheet, sheet


def fits(table: Sheet, value: Fraction) -> bool:
    return (
        ("from" not in table or value >= Fraction(table["from"]))
        and ("above" not in table or value > Fraction(table["above"]))
        and ("below" not in table or value < Fraction(table["below"]))
        and ("up_to" not in table or value <= Fraction(table["up_to"]))
    )


def cycle(row: Sheet) -> list[Fraction]:
    return [Fraction(mg) for mg in (row["mg"] if isinstance(row["mg"], list) else [row["mg"]])]


def days_of(rows: list[Sheet], baseline: Fraction | None = None) -> list[Fraction]:
    """Every day of a table; no row is above the baseline."""
    doses: list[Fraction] = []
    for row in rows:
        pattern = cycle(row)
        for day in range(int(row["days"])):
            dose = pattern[day % len(pattern)]
            doses.append(dose if baseline is None else min(dose, baseline))
    return doses


def tables_of(regimen: Sheet) -> list[list[Sheet]]:
    if regimen["kind"] != "steps":
        return []
    return [table["steps"] for table in regimen.get("tables", [regimen])]


def chosen_rows(regimen: Sheet, start: Fraction, weight: Fraction | None) -> list[Sheet]:
    """The rows of one participant who joins the table at `start`."""
    value = weight if regimen.get("choose_by") == "weight_kg" else start
    tables = regimen.get("tables", [regimen])
    [table] = [t for t in tables if value is None or fits(t, value)]
    rows: list[Sheet] = table["steps"]
    if regimen["entry"] == "first":
        return rows
    first = next(
        i
        for i, row in enumerate(rows)
        if max(cycle(row)) < start or (regimen["entry"] == "join" and max(cycle(row)) == start)
    )
    return rows[first:]


def published_total(sheet: Sheet, total: Sheet) -> Fraction:
    if "rescue" in sheet:
        return sum(days_of(sheet["rescue"])[: int(total["days"])], Fraction(0))
    start = Fraction(total["from_mg"])
    weight = Fraction(total["weight_kg"]) if "weight_kg" in total else None
    days = days_of(chosen_rows(sheet["regimen"], start, weight), start)
    assert len(days) >= int(total["days"])
    return sum(days[: int(total["days"])], Fraction(0))


def total_of(name: str, start: str, weight: str | None, days: int) -> Fraction:
    asked = {"from_mg": start, "days": str(days)} | ({"weight_kg": weight} if weight else {})
    return published_total(sheet("regimens", name), asked)
