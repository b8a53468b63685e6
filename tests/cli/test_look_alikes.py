"""§8.2.18: ids of one batch that the eye takes for one are told to both, and refused for none."""

from __future__ import annotations

import json

from taper.errors import ExitCode


def test_look_alike_ids_of_a_batch_are_a_finding_named_for_both(batch, write, tmp_path):
    """§8.2.18: each of both is told of the other."""
    for id_ in ("A_1", "A-1", "B-2"):
        write(f"{id_}.yaml")
    assert batch("--format", "json").exit_code == ExitCode.WRITTEN
    told = {
        id_: [
            finding["text"]
            for finding in json.loads((tmp_path / "out" / f"{id_}.json").read_text())["findings"]
            if finding["code"] == "look-alike-id"
        ]
        for id_ in ("A_1", "A-1", "B-2")
    }
    assert told == {
        "A_1": ["The id is easily taken for A-1, of the same batch."],
        "A-1": ["The id is easily taken for A_1, of the same batch."],
        "B-2": [],
    }


def test_a_look_alike_that_comes_later_is_no_new_revision_of_the_first(batch, write, tmp_path):
    write("A-1.yaml")
    batch("--format", "json")
    write("A_1.yaml")
    assert batch("--format", "json").exit_code == ExitCode.WRITTEN
    assert json.loads((tmp_path / "out" / "A-1.json").read_text())["revision"] == 1


def test_an_id_in_other_characters_refuses_the_one_that_is_seen(batch, write, tmp_path):
    """What it says of a participant, a flare or a later dose, would be left out of the calendar."""
    write("A-1.yaml")
    usual = write("B-2.yaml").read_text("utf-8")
    ids = ("\u0410-1", "A\u20111", "A-1\u200b", "\uff21-1")
    for number, id_ in enumerate(ids):
        write(f"later-{number}.yaml", text=usual.replace("B-2", f'"{id_}"'))
    done = batch("--format", "json")
    assert done.exit_code == ExitCode.SOME_REFUSED
    said = " ".join(done.stderr.split())
    assert "A-1.yaml: participant is A-1, and later-0.yaml has A-1 in other characters" in said
    assert said.count(" has A-1 in other characters") == len(ids)
    assert not (tmp_path / "out" / "A-1.json").exists()
    assert (tmp_path / "out" / "B-2.json").exists()
