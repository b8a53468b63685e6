"""A trial's key: where it may lie, who may read it, what it signs, and what comes after it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from taper.errors import EnvironmentLacking, Refusal
from taper.signing import keys, making
from taper.signing.keys import Signer, is_signed
from taper.signing.rotation import known_keys


@pytest.fixture
def made(tmp_path: Path) -> making.Made:
    return making.new_key(tmp_path / "keys" / "trial.key")


def test_a_new_key_is_open_to_its_owner_alone(made):
    assert made.private.stat().st_mode & 0o777 == 0o600
    assert keys.public_key(made.public) == made.key
    assert b"PRIVATE" not in made.public.read_bytes()


def test_the_same_content_and_key_give_the_same_signature_and_no_other_kind(made):
    sign = Signer(made.private)
    signature = sign("plan", b"x")
    assert signature == sign("plan", b"x")
    assert is_signed(signature, "plan", b"x")
    assert not is_signed(signature, "line", b"x")
    assert not is_signed(signature, "plan", b"y")
    assert not is_signed({**signature, "signature": "00" * 64}, "plan", b"x")
    assert not is_signed({**signature, "key": "0g" * 32}, "plan", b"x")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_a_key_that_others_may_read_is_refused(made, mode):
    made.private.chmod(mode)
    with pytest.raises(Refusal, match=rf"the key is open to others \(mode {mode:04o}\); allowed"):
        Signer(made.private)("plan", b"x")


@pytest.mark.parametrize("name", ["ledger.jsonl", "manifest.json"])
def test_a_key_in_the_folder_of_a_batch_is_refused(made, tmp_path, name):
    (tmp_path / name).write_text("")
    for ask in (lambda: Signer(made.private)("plan", b"x"), lambda: making.new_key(made.private)):
        with pytest.raises(Refusal, match="the folder of a batch; allowed: a folder that is not"):
            ask()


def test_what_is_no_key_is_refused_and_its_content_is_not_repeated(tmp_path):
    other = tmp_path / "other"
    other.write_text("SECRET")
    other.chmod(0o600)
    os.mkfifo(tmp_path / "fifo", 0o600)
    for path in (other, tmp_path / "fifo", tmp_path, tmp_path / "none"):
        with pytest.raises(Refusal) as refused:
            Signer(path)("plan", b"x")
        assert "SECRET" not in str(refused.value)
    with pytest.raises(Refusal, match="no public key of this kind"):
        keys.public_key(other)


def test_without_the_library_the_environment_is_said_to_lack_it(made, monkeypatch):
    monkeypatch.setitem(
        __import__("sys").modules, "cryptography.hazmat.primitives.asymmetric", None
    )
    with pytest.raises(EnvironmentLacking, match=r"taper\[sign\]"):
        keys.library()


# Rotation -----------------------------------------------------------------------------------------


def test_a_new_key_in_the_place_of_an_old_one_is_known_by_who_knows_the_old(made):
    again = making.new_key(made.private)
    assert again.key != made.key
    folder = made.private.parent
    assert known_keys([folder]) == {made.key, again.key}
    (old,) = folder.glob("*.key.*.pub")
    assert keys.public_key(old) == made.key
    assert known_keys([old]) == {made.key}
    assert known_keys([old, again.rotation]) == {made.key, again.key}
    assert old.with_suffix("").stat().st_mode & 0o777 == 0o600


def test_a_chain_of_keys_is_followed_whatever_the_order(made):
    second = making.new_key(made.private)
    third = making.new_key(made.private)
    (first,) = [each for each in made.private.parent.glob("*.pub") if made.key[:16] in each.name]
    said = [first, third.rotation, second.rotation]
    assert known_keys(said) == {made.key, second.key, third.key}


@pytest.mark.parametrize(
    "change",
    [
        {"next": "a" * 64},
        {"key": "a" * 64},
        {"key": 1},
        {"signature": "a" * 128},
        {"next": 1},
        {"signature": None},
    ],
)
def test_a_statement_that_no_known_key_signed_says_nothing(made, change):
    again = making.new_key(made.private)
    (old,) = made.private.parent.glob("*.key.*.pub")
    said = json.loads(again.rotation.read_text()) | change
    again.rotation.write_text(json.dumps(said))
    assert known_keys([old, again.rotation]) == {made.key}


def test_no_key_at_all_is_refused(tmp_path):
    with pytest.raises(Refusal, match="allowed: a public key, or a folder of such"):
        known_keys([tmp_path])
