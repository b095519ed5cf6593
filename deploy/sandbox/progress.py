"""Say what is being done, for how long, and how far it is: progress, never silence.

On a terminal one line per step is rewritten in place; elsewhere (a log, CI) a step says when it
starts, every ten seconds while it lasts, and when it ends. Standard library only: it runs before
the environment exists.
"""

import sys
import threading
import time
from types import TracebackType
from typing import Self, TextIO

REDRAW_SECONDS = 0.2
REPEAT_SECONDS = 10.0
WIDTH = 78


class Step:
    """One step on the screen: `with Step("Python packages") as step: step.note("12 of 90")`."""

    def __init__(self, name: str, *, stream: TextIO | None = None) -> None:
        self.name = name
        self.seconds = 0.0
        self._stream = stream or sys.stdout
        self._live = self._stream.isatty()
        self._note = ""
        self._outcome = ""
        self._ended = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        self._write("…", end="" if self._live else "\n")
        self._ticker.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._ticker.join()
        self.seconds = time.monotonic() - self._started
        self._note = self._outcome
        self._write("✗" if kind else "✓", end="\n")

    def note(self, text: str) -> None:
        """How far the step is, in a few words; replaces the note before."""
        self._note = text

    def done(self, text: str) -> None:
        """What to say beside the step once it is over, for example `nothing to do`."""
        self._outcome = text

    def _tick(self) -> None:
        pause = REDRAW_SECONDS if self._live else REPEAT_SECONDS
        while not self._ended.wait(pause):
            self._write("…", end="" if self._live else "\n")

    def _write(self, mark: str, *, end: str) -> None:
        elapsed = time.monotonic() - self._started
        text = f"{mark} {self.name:<28}{elapsed:6.1f} s  {self._note}"[:WIDTH]
        start = f"\r{'':{WIDTH}}\r" if self._live else ""
        self._stream.write(f"{start}{text.rstrip()}{end}")
        self._stream.flush()
