"""Stores what R says of a few cohorts: `PYTHONPATH=src:tests python -m beside_r`, with R."""

from __future__ import annotations

import json

from beside_r.cohorts import cohort
from beside_r.r import STORED, asked

SEEDS = range(24)


def main() -> None:
    """Ask R, and write what it says."""
    version, answers = asked(cohort(seed) for seed in SEEDS)
    kept = {
        "asked": version,
        "said": {str(seed): said for seed, said in zip(SEEDS, answers, strict=True)},
    }
    lines = [f'  "{seed}": {json.dumps(said)}' for seed, said in kept["said"].items()]
    body = ",\n".join(lines)
    STORED.write_text(f'{{"asked": {json.dumps(version)}, "said": {{\n{body}\n}}}}\n', "utf-8")


if __name__ == "__main__":
    main()
