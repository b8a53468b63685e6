"""Names of medicines that look alike, told apart by capitals, as ISMP writes them."""

from __future__ import annotations

import re

TALL_MAN = {
    "prednisone": "predniSONE",
    "prednisolone": "prednisoLONE",
    "methylprednisolone": "methylPREDNISolone",
}
"""Names that are mistaken for each other, in the letters of the FDA's and ISMP's list."""


# A whole word, or the beginning of `prednisone-equivalent`; in an id it stays as it was typed.
_ALIKE = re.compile(rf"(?<![\w-])({'|'.join(TALL_MAN)})(?=-equivalent\b|(?![\w-]))", re.IGNORECASE)


def tall_man(text: str) -> str:
    """Text in which drugs that look alike are told apart by their letters."""
    return _ALIKE.sub(lambda found: TALL_MAN[found[1].lower()], text)
