"""The header of a table: every column is known, named once, shown, and names no person or arm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from taper.errors import Problem, Refusal
from taper.sources.tables import columns
from taper.sources.tables.columns import ID, REQUIRED
from taper.sources.tables.grid import Grid, Held, letter
from taper.sources.tables.mapping import INSTANCE, INSTRUMENT, SYSTEM, FieldMapping, is_form_status
from taper.wording.identifying import identifies
from taper.wording.quoting import did_you_mean, quoted

_KNOWN = "the columns that taper template lists"
_MAPPED = "the fields that the mapping names, or others: ignore in it"


@dataclass(frozen=True)
class Header:
    """Where in a row each field stands, REDCap's own columns apart."""

    fields: Mapping[int, str]
    headers: Mapping[int, str]
    system: Mapping[str, int]
    mapping: FieldMapping

    @property
    def id_at(self) -> int:
        """Where the participant's id stands."""
        targets = self.mapping.columns
        return next(i for i, f in self.fields.items() if ID in targets.get(f, {}).values())

    @property
    def is_export(self) -> bool:
        """Whether several rows may belong to one participant."""
        return bool(self.system)


def names(grid: Grid) -> dict[int, str]:
    """The headers as they are typed, by their column."""
    return {i: cell.text.strip(" ") for i, cell in grid.header.cells.items()}


def header(grid: Grid, mapping: FieldMapping) -> Header:
    """The header of a grid; raises `Refusal` with everything that is wrong in it."""
    typed = names(grid)
    fields = {i: mapping.field(name) for i, name in typed.items()}
    _refuse_without_header(grid, mapping, fields)
    found = [*_traps(grid), *_identifying(grid.name, typed)]
    found += _repeated(grid.name, mapping, typed, fields)
    found += _unknown(grid.name, mapping, typed, fields)
    found += _missing(grid.name, mapping, fields)
    if found:
        raise Refusal(*found)
    system = {SYSTEM[name]: i for i, name in typed.items() if name in SYSTEM}
    kept = {i: name for i, name in fields.items() if mapping.knows(name) and typed[i] not in SYSTEM}
    return Header(kept, typed, system, mapping)


def _refuse_without_header(grid: Grid, mapping: FieldMapping, fields: Mapping[int, str]) -> None:
    """What stands in the first row of a table without header are values: they are not repeated."""
    if any(mapping.knows(name) for name in fields.values()):
        return
    if not SYSTEM.keys().isdisjoint(fields.values()):
        allowed = "--mapping FILE, which says what the fields of a project of your own mean"
        raise Refusal.of(grid.name, "the header", "that of a REDCap export", allowed)
    read = "without a column that is known" if fields else "empty"
    raise Refusal.of(grid.name, "the first row", read, f"a header: {_allowed(mapping)}")


def _allowed(mapping: FieldMapping) -> str:
    return _KNOWN if mapping.is_plain else _MAPPED


def _field(name: str) -> str:
    return f"column {quoted(name)}"


def _traps(grid: Grid) -> Iterator[Problem]:
    for i, cell in grid.header.cells.items():
        if cell.trap is not None:
            at = f"the header of {letter(i)}"
            yield Problem(grid.name, at, cell.trap.read, cell.trap.allowed)
        elif cell.held is not Held.TEXT:
            yield Problem(grid.name, f"the header of {letter(i)}", cell.held, "a name as text")
    for i, said in grid.wrong_columns.items():
        yield Problem(grid.name, f"column {letter(i)}", said.read, said.allowed)


def _identifying(who: str, typed: Mapping[int, str]) -> Iterator[Problem]:
    for name in dict.fromkeys(typed.values()):
        if identifies(name) and name not in SYSTEM:
            yield Problem(
                who, _field(name), "present", "no column that would name a person or an arm"
            )


def _repeated(
    who: str, mapping: FieldMapping, typed: Mapping[int, str], fields: Mapping[int, str]
) -> Iterator[Problem]:
    places: dict[str, list[int]] = defaultdict(list)
    for i, name in fields.items():
        places[SYSTEM.get(name, name)].append(i)
    for name, at in places.items():
        if len(at) > 1 and _matters(mapping, name):
            where = " and ".join(letter(i) for i in at)
            yield Problem(who, _field(typed[at[0]]), f"there twice, in {where}", "each column once")


def _matters(mapping: FieldMapping, name: str) -> bool:
    """Whether it matters which of two columns of one name is meant: not where neither is read."""
    if name in SYSTEM:
        return True
    if mapping.knows(name):
        return not mapping.is_ignored(name)
    return not (mapping.ignores_others or is_form_status(name))


def _unknown(
    who: str, mapping: FieldMapping, typed: Mapping[int, str], fields: Mapping[int, str]
) -> Iterator[Problem]:
    is_export = any(name in SYSTEM for name in typed.values()) or bool(mapping.repeating)
    for i, name in fields.items():
        known = mapping.knows(name) or name in SYSTEM or identifies(name)
        if known or mapping.ignores_others or (is_export and is_form_status(name)):
            continue
        allowed = _allowed(mapping)
        meant = columns.near(name) if allowed is _KNOWN else did_you_mean(name, mapping.fields())
        yield Problem(who, _field(typed[i]), "not known", f"{allowed}{meant}")


def _missing(who: str, mapping: FieldMapping, fields: Mapping[int, str]) -> Iterator[Problem]:
    there = set(fields.values())
    provided = set(mapping.constants)
    for name in there & mapping.columns.keys():
        provided |= set(mapping.columns[name].values())
    own = ", or --mapping FILE for a project of your own" if there & SYSTEM.keys() else ""
    for name in REQUIRED:
        if name not in provided:
            allowed = f"a table with {name} for each participant{own}"
            yield Problem(who, _field(name), "missing", allowed)
    repeats = {name for each in mapping.repeating.values() for name in each.fields}
    if there & repeats and not {SYSTEM.get(name) for name in there} & {INSTRUMENT, INSTANCE}:
        yield Problem(
            who,
            _field(INSTRUMENT),
            "missing",
            "an export of a project in which the instruments for infusions and events repeat",
        )
