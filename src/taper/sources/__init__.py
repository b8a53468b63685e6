"""The one door for files: YAML text to models, and the sheets that the package ships.

Everything else works on models. Whatever is wrong with a file ends in one `taper.errors.Refusal`
that carries every problem found in it, each in a sentence and with its line.

A name is imported when it is first asked for: who converts a dose waits for no model of a file.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from taper.sources.drugs import drug_names
    from taper.sources.languages import (
        Translation,
        Untranslated,
        is_draft,
        is_locale,
        language_codes,
        locale_allowed,
        signatures,
        translation,
    )
    from taper.sources.participants import participant, validate_participant
    from taper.sources.protocols import trial, trial_for, validate_trial, with_amendments
    from taper.sources.regimens import rule_of
    from taper.sources.shipped import (
        PHYSIOLOGIC,
        burst_ids,
        burst_sheet,
        equivalence_ids,
        equivalence_table,
        hpa,
        market,
        market_also_called,
        market_ids,
        products,
        protocol_ids,
        protocol_sheet,
        regimen_ids,
        regimen_sheet,
        sourced_table,
        strengths_of_form,
        thresholds,
    )
    from taper.sources.yaml import parse, read

__all__ = [
    "PHYSIOLOGIC",
    "Translation",
    "Untranslated",
    "burst_ids",
    "burst_sheet",
    "drug_names",
    "equivalence_ids",
    "equivalence_table",
    "hpa",
    "is_draft",
    "is_locale",
    "language_codes",
    "locale_allowed",
    "market",
    "market_also_called",
    "market_ids",
    "parse",
    "participant",
    "products",
    "protocol_ids",
    "protocol_sheet",
    "read",
    "regimen_ids",
    "regimen_sheet",
    "rule_of",
    "signatures",
    "sourced_table",
    "strengths_of_form",
    "thresholds",
    "translation",
    "trial",
    "trial_for",
    "validate_participant",
    "validate_trial",
    "with_amendments",
]

_MODULES = ("shipped", "drugs", "yaml", "languages", "regimens", "protocols", "participants")
"""Where the names are, what costs least first."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    modules = (import_module(f"{__name__}.{module}") for module in _MODULES)
    globals()[name] = next(getattr(module, name) for module in modules if hasattr(module, name))
    return globals()[name]
