"""How worker processes start: from a fork server, without running the caller's main module.

The decision behind it: the standard library runs the main module again in each new process, for
functions defined there.  Workers here call functions of this package only, so that step would
cost memory out of their budget, start the web server's imports next to a hostile file, and fail
where the main module is standard input or has no guard.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from multiprocessing import forkserver, popen_forkserver, reduction, spawn, util
from multiprocessing.context import ForkServerContext, ForkServerProcess, set_spawning_popen
from multiprocessing.process import BaseProcess


class _Popen(popen_forkserver.Popen):
    """The standard library's, but for the two keys that name the main module."""

    def _launch(self, process_obj: BaseProcess) -> None:
        preparation = spawn.get_preparation_data(process_obj.name)
        preparation.pop("init_main_from_name", None)
        preparation.pop("init_main_from_path", None)
        buffer = io.BytesIO()
        set_spawning_popen(self)
        try:
            reduction.dump(preparation, buffer)
            reduction.dump(process_obj, buffer)
        finally:
            set_spawning_popen(None)
        self.sentinel, writer = forkserver.connect_to_new_process(self._fds)  # type: ignore[attr-defined]
        # the child watches this end: it closes when this process is gone
        parent_writer = os.dup(writer)
        ends = (parent_writer, self.sentinel)
        self.finalizer = util.Finalize(self, util.close_fds, ends)  # type: ignore[attr-defined]
        with open(writer, "wb", closefd=True) as pipe:  # noqa: PTH123 - a descriptor, not a path
            pipe.write(buffer.getbuffer())
        self.pid = forkserver.read_signed(self.sentinel)


class _WorkerProcess(ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: BaseProcess) -> _Popen:  # noqa: N802 - the standard library's name
        return _Popen(process_obj)


class WorkerContext(ForkServerContext):
    """A multiprocessing context whose processes inherit neither threads nor the main module."""

    Process = _WorkerProcess

    def __init__(self, preload: Iterable[str]) -> None:
        super().__init__()
        self.set_forkserver_preload(list(preload))
