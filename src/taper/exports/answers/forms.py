"""A brand or form for another program."""

from __future__ import annotations

from taper.doses.forms import Preparation


def as_data(made: Preparation | None) -> dict[str, str]:
    """The brand or form that was typed: no key for a plain tablet."""
    return {} if made is None else {"product": made.name, "form": made.form}
