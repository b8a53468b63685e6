"""docs/installing.md, and the image that it speaks of."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")


def test_every_extra_that_a_user_may_ask_for_is_named():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = set(re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE))
    assert named == set(project["optional-dependencies"]) - {"dev"}


def test_the_packages_of_debian_are_those_that_bootstrap_installs():
    bootstrap = (ROOT / "scripts" / "bootstrap").read_text(encoding="utf-8")
    (libraries,) = re.findall(r'^libraries="(.*)"$', bootstrap, re.MULTILINE)
    assert f"apt-get install python3 python3-venv {libraries}\n" in PAGE


def test_the_image_is_made_of_what_is_there():
    copied = re.findall(r"^COPY ((?!--)[^\n]+) \S+$", CONTAINERFILE, re.MULTILINE)
    names = [name for each in copied for name in each.split()]
    assert len(names) >= 8
    allowed = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    for name in names:
        assert (ROOT / name).exists()
        assert f"!{name}" in allowed


def test_where_no_image_can_be_built_a_sentence_says_so(tmp_path):
    for tool in ("sh", "dirname"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or "")
    done = subprocess.run(
        ["sh", ROOT / "scripts" / "image"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 4
    assert done.stderr.startswith("The image cannot be built: neither podman, buildah nor a docker")


def test_a_link_of_the_page_leads_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
