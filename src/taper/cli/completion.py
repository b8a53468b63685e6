"""What a shell offers while a command is typed: ids, drugs and fixed words, from shipped sheets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from taper import sources
from taper.sources.drugs import drug_facts

_OF_OPTIONS: Mapping[str, Callable[[], Iterable[str]]] = {
    "--protocol": sources.protocol_ids,
    "--regimen": sources.regimen_ids,
    "--then": sources.regimen_ids,
    "--table": sources.equivalence_ids,
    "--market": sources.market_ids,
    "--drug": drug_facts,
    "--to": drug_facts,
}
_OF_ARGUMENTS: Mapping[str, Callable[[], Iterable[str]]] = {
    "protocols show": sources.protocol_ids,
    "protocols explore": sources.protocol_ids,
    "regimens show": sources.regimen_ids,
    "regimens compare": sources.regimen_ids,
    "taper convert": drug_facts,
    "taper tablets": drug_facts,
}
"""By the command, of which each has arguments of one kind."""
_WORD = re.compile(r"[a-z][a-z0-9.-]*|A4")


@dataclass(frozen=True, slots=True)
class Offered:
    """One word to go on with, in the form in which Typer hands it to a shell."""

    value: str
    type: str = "plain"
    help: str | None = None


def offered(parameter: Any, context: Any, incomplete: str) -> list[Offered]:
    """The words of an option or argument that begin so; none where files are meant."""
    known = [*_fixed(parameter.metavar or ""), *_shipped(parameter, context)]
    begun = incomplete.casefold()
    return [Offered(word) for word in dict.fromkeys(known) if word.casefold().startswith(begun)]


def _fixed(metavar: str) -> list[str]:
    """The words that the help lists as they are typed: `table|json`, `today|DATE`."""
    return [word for word in metavar.split("|") if "|" in metavar and _WORD.fullmatch(word)]


def _shipped(parameter: Any, context: Any) -> Iterable[str]:
    if parameter.param_type_name == "argument":
        is_id = any(kind in (parameter.metavar or "") for kind in ("ID", "DRUG", "PROTOCOL"))
        command = f"{context.parent.info_name} {context.info_name}"
        ids = _OF_ARGUMENTS.get(command) if is_id else None
    else:
        is_id = "MG" not in (parameter.metavar or "")  # --to of regimens compare is a dose
        ids = next((_OF_OPTIONS[name] for name in parameter.opts if name in _OF_OPTIONS), None)
    return ids() if ids is not None and is_id else ()
