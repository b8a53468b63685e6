"""The tablets of a dose for another program."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from taper.doses import dose
from taper.doses.division import parts_of
from taper.doses.tablets import Tablets
from taper.doses.texts import tablet_texts, tablets_as_data
from taper.exports.answers import forms
from taper.record.kept import time_texts
from taper.record.plan_document import times_as_data
from taper.sources.drugs import Named


def as_data(mg: Fraction, what: Named, made: Tablets) -> dict[str, Any]:
    """A dose of a drug, mg, the tablets that make it, and what must be known of its form."""
    return {
        "drug": what.drug,
        **forms.as_data(what.preparation),
        "dose_mg": dose.text(mg),
        "tablets": tablets_as_data(tablet_texts(made)),
        **({"times": times_as_data(time_texts(made))} if parts_of(made) else {}),
        **({"notes": [what.preparation.sentence]} if what.preparation else {}),
    }
