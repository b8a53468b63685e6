"""A press that can be ended: a process of its own prints, within so many seconds and megabytes.

A page that never ends, or that wants more memory than is allowed, ends with its process; its
participant is refused, and the next one is printed by a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from taper.confined.process import Confined, Ended
from taper.errors import Refusal, TaperError

CHILD = "taper.paper.press.child"


@dataclass(frozen=True, slots=True)
class Limited:
    """What printing one paper may take: seconds of the clock, and MB of memory; None for no limit.

    The memory is all that the process holds, of which some 50 MB are the program itself. `python`
    runs it, the one that runs this where none is named.
    """

    seconds: int | None = None
    memory_mb: int | None = None
    python: str | None = None

    def __call__(
        self, html: str, *, who: str, issued: date, attachment: bytes | None = None
    ) -> bytes:
        """The finished PDF, or the refusal of `who` where it takes more than is allowed.

        Raises what `taper.paper.press.pdf.write_calendar` raises too, and `EnvironmentLacking`
        where no process can be started or its memory cannot be limited.
        """
        process = Confined(CHILD, "prints", self.seconds, self.memory_mb, self.python)
        try:
            answer = process.answer(html, who, issued, attachment)
        except Ended as ended:
            raise self._refusal(who, ended) from None
        return _printed(answer)

    def _refusal(self, who: str, ended: Ended) -> TaperError:
        if ended.is_late:
            most = f"{self.seconds} second{'' if self.seconds == 1 else 's'}"
            return Refusal.of(who, "the time to print", f"more than {most}", f"at most {most}")
        if self.memory_mb is not None:
            most = f"{self.memory_mb} MB"
            # which of the two, a library that ends the process in want of memory does not tell
            read = f"more than {most}, or than the machine has"
            return Refusal.of(who, "the memory to print", read, f"at most {most}")
        return TaperError(
            f"{who}: the process that prints was ended from outside, perhaps for want of memory; "
            "allowed: one that can finish its page."
        )


def _printed(answer: bytes | BaseException) -> bytes:
    if isinstance(answer, BaseException):
        raise answer
    return answer
