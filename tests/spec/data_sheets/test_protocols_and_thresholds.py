"""The shipped protocols and the thresholds of findings."""

from __future__ import annotations

import pytest
from spec.data_sheets.sheets import DATA, Sheet, by_id, load, sheet, sheets


@pytest.mark.parametrize("protocol", sheets("protocols"), ids=by_id)
def test_a_protocol_names_sheets_that_exist_and_says_nothing_of_treatment_groups(
    protocol: Sheet,
) -> None:
    """§5.5.1."""
    assert (DATA / "equivalence" / f"{protocol['equivalence']}.yaml").is_file()
    assert (DATA / "products" / f"{protocol['market']}.yaml").is_file()
    assert protocol["status"] == "illustrative"
    for infusion in protocol["infusions"]:
        assert set(infusion) <= {"number", "months", "window_days"}
    if "taper" in protocol:
        assert (DATA / "regimens" / f"{protocol['taper']['regimen']}.yaml").is_file()
    assert ("taper" in protocol) == ("flare" in protocol)


@pytest.mark.parametrize(
    ("name", "months", "anchor"),
    [
        ("iimpact", ["0", "3", "6", "9", "12", "15"], "2"),
        ("iimpact-2025-design", ["0", "4", "8", "12"], "1"),
        ("ulsc-phase1", ["0"], None),
        ("ssc-ucmsc", ["0", "3"], None),
    ],
)
def test_a_protocol_has_its_published_infusions(
    name: str, months: list[str], anchor: str | None
) -> None:
    protocol = sheet("protocols", name)
    assert [i["months"] for i in protocol["infusions"]] == months
    assert [i["number"] for i in protocol["infusions"]] == [str(n + 1) for n in range(len(months))]
    assert protocol.get("taper", {}).get("after_infusion") == anchor


def test_the_thresholds_are_those_of_the_findings() -> None:
    """§8.1.2."""
    text = {"unit", "source", "disagreement"}
    found = {
        name: {key: value for key, value in entry.items() if key not in text}
        for name, entry in load(DATA / "thresholds.yaml")["thresholds"].items()
    }
    assert found == {
        "pjp-prophylaxis": {"dose_mg": "20", "days": "28"},
        "bone-protection": {"dose_mg": "2.5", "days": "90"},
        "hpa-suppression": {"days": "21"},
        "fast-below-physiologic": {"days": "28"},
        "large-drop": {
            "mg": "10",
            "fraction": "0.5",
            "fraction_over_mg": "5",
            "times_regimen": "2",
            "burst_days": "21",
        },
        "large-rise": {"times": "2", "by_mg": "20", "mg": "100"},
        "weight-implausible": {"from_kg": "30", "up_to_kg": "200", "times": "1.5"},
        "usually-divided": {"hydrocortisone_mg": "20", "cortisone_mg": "25"},
        "rounded": {"least_mg": "0.001", "caution_over_mg": "1"},
        "many-tablets": {"pieces": "8"},
        "since-default": {"days": "28"},
        "largest-dose": {"methylprednisolone_mg": "1000"},
        "infusion-out-of-window": {"times_interval": "1", "fraction_interval": "0.5"},
        "start-far-off": {"years": "5"},
    }
