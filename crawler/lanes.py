"""The lanes of a crawl: one for each host, all leading to one thread that writes.

One decision: two worlds that meet at one queue. Waiting for sites is asynchronous; everything
that touches the corpus runs in a single thread, batch by batch, so that disk and network work at
the same time and nobody has to ask in which order things became durable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

from corpus.crawls import CrawlStore, Decision, Outcome
from corpus.errors import JulkaisuhakuError
from corpus.sources import Source
from crawler.address import host_of, origin_of
from crawler.fetcher import Fetcher, Response
from crawler.frontier import Frontier
from crawler.hosts import Host, delay_for
from crawler.limits import Limits
from crawler.recorder import Assignment, Fetched, Recorder
from crawler.report import OnProgress, Progress
from crawler.robots import ROBOTS_HOPS, Robots, RobotsRecord, ask_robots

_HANDED_OUT: Final = 64  # addresses a lane takes at once
_BATCH: Final = 64  # answers in one transaction; also how many may wait for the disk
_P = ParamSpec("_P")
_R = TypeVar("_R")


class Lanes:
    """Runs one crawl until nothing is left to fetch."""

    def __init__(
        self,
        source: Source,
        *,
        frontier: Frontier,
        recorder: Recorder,
        crawls: CrawlStore,
        fetcher: Fetcher,
        limits: Limits,
        setting_delay_s: float,
        progress: OnProgress,
    ) -> None:
        self._source = source
        self._frontier = frontier
        self._recorder = recorder
        self._crawls = crawls
        self._fetcher = fetcher
        self._limits = limits
        self._setting_delay_s = setting_delay_s
        self._progress = progress
        self._hosts: dict[str, Host] = {}
        self._busy: set[str] = set()
        self._unsettled = 0
        self._waiting_bytes = 0
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._results: asyncio.Queue[Fetched] = asyncio.Queue(_BATCH)
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Fetch what waits, and what that leads to; what is done is durable whenever it ends."""
        with ThreadPoolExecutor(1, thread_name_prefix="crawl-corpus") as self._corpus:
            try:
                await self._run()
            except BaseExceptionGroup as group:
                raise _first(group) from group

    async def _run(self) -> None:
        async with self._fetcher, asyncio.TaskGroup() as tasks:
            writer = tasks.create_task(self._write())
            while await self._start_lanes(tasks) or self._busy or self._unsettled:
                await self._changed.wait()
                self._changed.clear()
            writer.cancel()

    async def _in_corpus(self, call: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
        """Run a call in the thread that owns the corpus."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._corpus, lambda: call(*args, **kwargs))

    async def _start_lanes(self, tasks: asyncio.TaskGroup) -> bool:
        """Start lanes for hosts that have work; whether there was any."""
        waiting = await self._in_corpus(self._frontier.hosts)
        free = [key for key in waiting if key not in self._busy]
        for key in free[: self._limits.max_hosts_at_once - len(self._busy)]:
            self._busy.add(key)
            tasks.create_task(self._lane(self._host(key)))
        return bool(free)

    def _host(self, key: str) -> Host:
        if key not in self._hosts:
            delay = delay_for(
                host_of(f"http://{key}"),
                setting_s=self._setting_delay_s,
                source_s=self._source.delay_s,
            )
            self._hosts[key] = Host(key, limits=self._limits, delay_s=delay)
        return self._hosts[key]

    async def _lane(self, host: Host) -> None:
        try:
            async with asyncio.TaskGroup() as visits:
                for _ in range(self._limits.connections_per_host):
                    visits.create_task(self._visit_all(host))
        finally:
            self._busy.discard(host.key)
            self._changed.set()

    async def _visit_all(self, host: Host) -> None:
        while (assignment := await self._next(host)) is not None:
            await self._has_room.wait()
            fetched = await self._visit(host, assignment)
            self._unsettled += 1
            self._weigh(fetched.size_bytes)
            await self._results.put(fetched)

    async def _next(self, host: Host) -> Assignment | None:
        """Return the next address of a host, or None when there is none at present."""
        if host.closed_for:
            returned = [one.entry.url for one in host.buffer]
            host.buffer.clear()
            await self._in_corpus(
                self._frontier.close_host, host.key, host.closed_for, returned=returned
            )
            return None
        async with host.refill:
            if not host.buffer:
                host.buffer.extend(await self._in_corpus(self._assign, host.key))
            return host.buffer.popleft() if host.buffer else None

    def _assign(self, host: str) -> list[Assignment]:
        taken = self._frontier.take(host, limit=_HANDED_OUT)
        return self._recorder.assign(taken)

    async def _visit(self, host: Host, assignment: Assignment) -> Fetched:
        entry = assignment.entry
        if assignment.refusal is not None:
            return Fetched(assignment, refusal=assignment.refusal)
        try:
            robots = await self._robots(host, entry.url)
            if robots.refusal:
                refusal = Decision(entry.url, Outcome.FAILED, robots.refusal, entry.referrer)
                return Fetched(assignment, refusal=refusal)
            if not robots.allows(entry.url):
                refusal = Decision(entry.url, Outcome.SKIPPED, "robots.txt")
                return Fetched(assignment, refusal=refusal)
            fetch = partial(self._fetcher.fetch, entry.url, validators=assignment.validators)
            return Fetched(assignment, await host.ask(fetch))
        except JulkaisuhakuError as error:
            return Fetched(assignment, error=error)

    async def _robots(self, host: Host, url: str) -> Robots:
        """Return the rules of the site; asked for once in a run, and kept with it."""
        origin = origin_of(url)
        if origin in host.robots:
            return host.robots[origin]
        async with host.asking:
            if origin in host.robots:
                return host.robots[origin]
            kept = await self._in_corpus(self._crawls.robots, self._frontier.run.id, origin)
            if kept is None:
                record = await ask_robots(origin, lambda: host.ask(lambda: self._rules(origin)))
            else:
                record = RobotsRecord(origin, *kept)
            robots = Robots(record)
            host.obey(robots, url)
            await self._in_corpus(self._remember_robots, robots, is_new=kept is None)
            return robots

    async def _rules(self, origin: str) -> Response:
        return await self._fetcher.fetch(f"{origin}/robots.txt", max_hops=ROBOTS_HOPS)

    def _remember_robots(self, robots: Robots, *, is_new: bool) -> None:
        if not is_new:
            return
        record = robots.record
        with self._crawls.database.transaction():
            self._crawls.remember_robots(
                self._frontier.run.id, record.origin, text=record.text, refusal=record.refusal
            )
            if not robots.refusal and not self._frontier.run.is_partial:
                self._frontier.list_site(record.origin, robots.sitemaps)

    async def _write(self) -> None:
        """Record what was fetched, as much at once as waits."""
        while True:
            batch = [await self._results.get()]
            while len(batch) < _BATCH and not self._results.empty():
                batch.append(self._results.get_nowait())
            await self._in_corpus(self._recorder.store, batch)
            self._unsettled -= len(batch)
            self._weigh(-sum(fetched.size_bytes for fetched in batch))
            self._tell(batch[-1])
            self._changed.set()

    def _weigh(self, size_bytes: int) -> None:
        """Count what waits for the disk: many large files at once have to fit into memory."""
        self._waiting_bytes += size_bytes
        if self._waiting_bytes < self._limits.max_waiting_bytes:
            self._has_room.set()
        else:
            self._has_room.clear()

    def _tell(self, latest: Fetched) -> None:
        tally = self._recorder.tally
        self._progress(
            Progress(
                source=self._source.id,
                fetched=self._frontier.fetched,
                new=tally[Outcome.NEW],
                changed=tally[Outcome.CHANGED],
                unchanged=tally[Outcome.UNCHANGED],
                failed=tally[Outcome.FAILED] + tally[Outcome.ABSENT],
                skipped=tally[Outcome.SKIPPED],
                waiting=self._frontier.waiting,
                url=latest.entry.url,
                note="; ".join(host.note for host in self._hosts.values() if host.note),
            )
        )


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the error that ended a crawl: callers know errors, not groups of them."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
