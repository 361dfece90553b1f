"""Work that ends its own process; the module imports next to nothing, as each new process imports it."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def kill_own_process(marks, task):
    """End the process always for one task, the first time for another, and do the rest."""
    mark = Path(marks) / task
    if task == "poison" or (task == "once" and not mark.exists()):
        mark.write_text("", encoding="utf-8")
        os.kill(os.getpid(), signal.SIGKILL)
    return {"task": task}
