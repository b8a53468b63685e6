"""Whose file one is that cannot be planned: beside it no other file is taken for that person's."""

from __future__ import annotations

import pytest

from taper import api
from taper.errors import Refusal
from taper.sources import claims

FILE = "participant: IIM-001\nprotocol: iimpact\nsteroid: {drug: prednisone, dose_mg: 25}\n"


@pytest.mark.parametrize(
    "more",
    [
        "contact: {phone: 555-0101}\ncontact: {phone: 555-0102}\n",
        "contact:\n  site: Ward #3\n",
        "weight_kg:\n",
        "weight_kg: &kg 70\n",
    ],
)
def test_a_file_whose_form_is_wrong_holds_its_id_against_an_older_copy(more, tmp_path):
    """Twice a key, a text that is cut, an empty value, an anchor."""
    names = ["IIM-001 (old).yaml", "IIM-001.yaml"]
    for name, text in zip(names, (FILE, FILE + more), strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    read = claims.claims_of_files([tmp_path / name for name in names])
    for each, other in zip(claims.without_clashes(read), reversed(names), strict=True):
        assert f"participant is IIM-001, and {other} has IIM-001;" in str(each.refused[0])


def test_a_text_that_is_too_long_is_told_how_long_it_may_be():
    with pytest.raises(Refusal, match="is larger than 128 KiB; allowed: at most 128 KiB"):
        api.read_participant(FILE + "#" * 200_000)
