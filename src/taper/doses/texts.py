"""What a dose is made of as text: tablets and how many, or a solution and its mL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from taper.doses import dose
from taper.doses.solutions import PER_ML, strength_from, strength_text
from taper.doses.tablets import Tablets

TabletTexts = Sequence[Sequence[str]]
"""What is taken on a day: strengths, mg, each with how many tablets of it; or `3/mL` and mL."""


def tablet_texts(taken: Tablets) -> TabletTexts:
    """The tablets of a dose as text."""
    return [
        [strength_text(each.strength_mg, in_ml=each.in_ml), dose.text(each.count)] for each in taken
    ]


def tablets_as_data(tablets: TabletTexts) -> list[dict[str, str]]:
    """The tablets of a dose as the document has them: strength and count, both text.

    Of a solution it is the mg in each mL, and the mL.
    """
    return [
        {"mg_per_ml": dose.text(strength_from(strength)[0]), "ml": count}
        if strength.endswith(PER_ML)
        else {"strength_mg": strength, "count": count}
        for strength, count in tablets
    ]


def texts_of_tablets(said: Iterable[Mapping[str, str]]) -> list[list[str]]:
    """The tablets of a document as a record has them: strengths as text, each with its count."""
    return [
        [f"{each['mg_per_ml']}{PER_ML}", each["ml"]]
        if "ml" in each
        else [each["strength_mg"], each["count"]]
        for each in said
    ]
