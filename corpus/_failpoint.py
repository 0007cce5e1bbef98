"""Places where a crash test may stop the process dead.

One decision: a failpoint is SIGKILL, not an exception, because only that shows what really stands
on the disk: no ``finally``, no buffer flushed, no lock released by hand.
"""

from __future__ import annotations

import os
import signal
from typing import Final

FAILPOINT_VARIABLE: Final = "JULKAISUHAKU_FAILPOINT"
FAILPOINTS: Final = frozenset(
    {
        "after_originals",
        "after_catalogue",
        "mid_extract",
        "after_recognised_page",
        "mid_add",
        "before_sweep",
        "before_commit",
        "after_manifest",
        "before_current",
        "after_current",
        "before_watermark",
        "mid_cleanup",
        "mid_backup",
    }
)


def failpoint(name: str) -> None:
    """Kill this process when the environment names this place; KeyError for an unlisted name."""
    if name not in FAILPOINTS:
        raise KeyError(name)
    if os.environ.get(FAILPOINT_VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
