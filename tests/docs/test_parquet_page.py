"""The page of the Parquet tables lists the columns that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from taper.exports import parquet
from taper.exports.parquet import columns

PAGE = (Path(__file__).parents[2] / "docs" / "parquet.md").read_text(encoding="utf-8")
OF = {
    parquet.PLANS: columns.of_plans,
    parquet.STEPS: columns.of_steps,
    parquet.DAYS: columns.of_days,
    parquet.QUANTITIES: columns.of_quantities,
    parquet.FINDINGS: columns.of_findings,
}


@pytest.mark.parametrize("name", parquet.NAMES)
def test_every_column_is_listed_in_its_order(name):
    (row,) = re.findall(rf"^\| `{name}` \|[^|]*\|(.*)\|$", PAGE, re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == [column for column, _ in OF[name]()]
