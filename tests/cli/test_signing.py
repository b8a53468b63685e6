"""Papers and folders signed by a trial's key, as a user signs and checks them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from taper.errors import ExitCode
from taper.paper import code
from taper.paper.documents import Paper
from taper.paper.proof import asked

WALLET = ("--document", "wallet", "--format", "pdf")


@pytest.fixture
def key(run, tmp_path: Path) -> Path:
    made = run("key", "new", "--out", tmp_path / "keys" / "trial.key", today=None)
    assert made.exit_code == ExitCode.WRITTEN, made.output
    assert len(made.stdout.strip()) == 64
    assert "PRIVATE" not in made.output
    return tmp_path / "keys" / "trial.key"


@pytest.fixture
def public(key: Path) -> Path:
    return key.with_name("trial.key.pub")


def said(result) -> str:
    return " ".join(result.stdout.split())


def test_a_signed_paper_is_unaltered_by_itself_and_the_same_bytes_again(
    run, write, key, public, tmp_path
):
    made = []
    for out in ("one", "two"):
        run("plan", write(), *WALLET, "--out", out, "--key", key)
        made.append((tmp_path / out / "IIM-001+wallet.pdf").read_bytes())
    assert made[0] == made[1]
    alone = run("verify", "one/IIM-001+wallet.pdf", "--known-key", public)
    assert alone.exit_code == ExitCode.WRITTEN
    assert "is unaltered: " in said(alone)
    assert "signed its plan and its record" in said(alone)
    beside = run(
        "verify", "one/IIM-001+wallet.pdf", write(), "--known-key", public, "--format", "json"
    )
    assert json.loads(beside.stdout)["proof"] == "signature"
    assert "is unproved: " in said(run("verify", "one/IIM-001+wallet.pdf"))


def test_a_record_that_the_key_did_not_sign_is_altered(run, write, key, public, tmp_path):
    from pdf.forging import changed, forged

    run("plan", write(), *WALLET, "--out", "one", "--key", key)
    paper = tmp_path / "one" / "IIM-001+wallet.pdf"
    paper.write_bytes(
        forged(paper.read_bytes(), plan=changed(b'"revision": null', b'"revision": 7'))
    )
    assert "are not what was signed by the known key" in said(
        run("verify", paper, "--known-key", public)
    )


def test_pages_that_were_altered_under_a_true_signature_are_altered(
    run, write, key, public, tmp_path
):
    from pdf.forging import forged

    run("plan", write(), *WALLET, "--out", "one", "--key", key)
    paper = tmp_path / "one" / "IIM-001+wallet.pdf"
    line = b"\nq 1 1 1 RG 9 w 60 95 m 300 95 l S Q"
    paper.write_bytes(forged(paper.read_bytes(), page=lambda content: content + line))
    assert "is altered: " in said(run("verify", paper, "--known-key", public))


def test_a_key_that_is_named_in_the_environment_signs(run, write, key, public, monkeypatch):
    monkeypatch.setenv("TAPER_KEY", str(key))
    run("plan", write(), *WALLET, "--out", "one")
    assert "is unaltered: " in said(run("verify", "one/IIM-001+wallet.pdf", "--known-key", public))


def test_a_signed_folder_agrees_and_tells_what_is_unsigned(
    run, write, batch, key, public, tmp_path
):
    write()
    batch(*WALLET, "--key", key)
    for line in (tmp_path / "out" / "ledger.jsonl").read_bytes().splitlines():
        assert json.loads(line)["signed"].keys() == {"key", "signature"}
    assert b'"signed"' in (tmp_path / "out" / "manifest.json").read_bytes()
    assert run("audit", "out", today=None).exit_code == ExitCode.WRITTEN
    assert run("audit", "out", "--known-key", public, today=None).exit_code == ExitCode.WRITTEN
    write("IIM-002.yaml")
    batch(*WALLET)  # without the key
    told = run("audit", "out", today=None)
    assert told.exit_code == ExitCode.REFUSED
    assert "line 3, revision 1 of IIM-002, has no signature" in said(told)
    assert "manifest.json is unsigned: its head has no signature" in said(told)


def test_a_folder_without_a_key_is_asked_for_none(run, write, batch, public):
    write()
    batch(*WALLET)
    assert run("audit", "out", today=None).exit_code == ExitCode.WRITTEN
    assert "has no signature" in said(run("audit", "out", "--known-key", public, today=None))


def test_a_line_that_was_written_anew_is_not_what_was_signed(run, write, batch, key, tmp_path):
    write()
    batch(*WALLET, "--key", key)
    ledger = tmp_path / "out" / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b'"dose_mg":"25"', b'"dose_mg":"26"'))
    assert "line 1, revision 1 of IIM-001, is not what was signed" in said(
        run("audit", "out", today=None)
    )


def test_a_key_in_the_folder_that_is_written_to_is_refused(run, write, key, tmp_path):
    (tmp_path / "out").mkdir()
    inside = key.rename(tmp_path / "out" / "trial.key")
    refused = run("batch", write().parent, "--out", "out", "--key", inside)
    assert refused.exit_code == ExitCode.REFUSED
    assert "trial.key: the key is in out, the folder of a batch" in refused.stderr
    assert not (tmp_path / "out" / "ledger.jsonl").exists()


def test_a_key_does_not_leave_this_machine(run, write, key):
    refused = run(
        "batch", write().parent, "--out", "out", "--key", key,
        "--dask", "tcp://cluster:8786", "--dask-unencrypted",
    )  # fmt: skip
    assert refused.exit_code == ExitCode.USAGE
    assert "--key is given with --dask" in refused.stderr


# Codes --------------------------------------------------------------------------------------------


def test_the_code_of_a_paper_is_judged_by_key_and_ledger(run, write, batch, key, public, tmp_path):
    from dataclasses import replace

    from taper.paper import record
    from taper.signing.keys import Signer

    path = write()
    batch(*WALLET, "--key", key)
    paper = (tmp_path / "out" / "IIM-001+wallet.pdf").read_bytes()
    issue, _ = record.recalled(asked.found_in("x", paper).document)
    text = code.text(replace(issue, signer=Signer(key)), Paper.WALLET)
    here = run("verify", "--code", text, "out")
    assert here.exit_code == ExitCode.WRITTEN
    assert said(here).startswith("The code is current: the wallet card of IIM-001 (plan ")
    elsewhere = run("verify", "--code", text, "--known-key", public, "--format", "json")
    assert json.loads(elsewhere.stdout)["verdict"] == "unaltered"
    path.write_text(path.read_text().replace("dose_mg: 25", "dose_mg: 20"))
    batch(*WALLET, "--key", key, "--accept-past", "Dr. A. Weber, the dose was read wrongly")
    assert "was replaced by revision 2" in said(run("verify", "--code", text, "out"))
    other = code.text(replace(issue, plan=replace(issue.plan, revision=9)), Paper.WALLET)
    assert "The code is altered: " in said(
        run("verify", "--code", other.replace("IIM-001", "IIM-001"), "out")
    )
    assert "The code is unproved: " in said(run("verify", "--code", other))


def test_the_page_for_a_phone_holds_the_known_keys(run, public, tmp_path):
    assert run("key", "page", "--out", "p.html", "--known-key", public, today=None).exit_code == 0
    shown = run("key", "show", public, today=None).stdout.replace(" ", "").strip()
    assert shown in (tmp_path / "p.html").read_text()
    assert run("key", "page", "--out", "q.html", today=None).exit_code == ExitCode.USAGE


def test_verify_wants_a_file_or_a_code(run):
    assert "FILE.pdf is missing; allowed: a PDF, or --code TEXT" in run("verify").stderr
