"""The process that reads files of foreign bytes for another one, and can be ended."""

from __future__ import annotations

from typing import Any

from taper.confined.answering import answer_all
from taper.errors import TaperError
from taper.paper.press.ownership import own_this_process
from taper.paper.proof.found import Compared
from taper.paper.proof.reading import found_in


def main() -> None:
    """Answer what is in a file, and what it is like, until nobody asks any more."""
    own_this_process()
    answer_all(lambda: None, answer)


def answer(question: str, *given: Any) -> Any:
    """What is asked; a fault is an answer too, for no paper of ours makes its reader fail."""
    read = found_in if question == "found" else _compared
    try:
        return read(*given)
    except (TaperError, MemoryError):
        raise
    except Exception as fault:  # of a kind that only foreign bytes bring about
        return f"its reader can make nothing of it ({type(fault).__name__})"


def _compared(*given: Any) -> Compared:
    from taper.paper.proof.comparing import compared  # which brings what prints along

    return compared(*given)


if __name__ == "__main__":
    main()
