"""Writing into the audit log: who did what to which object, and what differs.

One decision: entries are written inside the transaction of the change itself, so that no change
is without its entry and no entry without its change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from corpus._database import Database
from corpus._rows import dump

Side = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AuditTrail:
    """The entries about objects of one ``kind`` that are no documents, at the time of ``now``."""

    database: Database
    kind: str
    now: Callable[[], datetime]

    def write(
        self,
        actor: str,
        action: str,
        key: str | int,
        before: Side | None = None,
        after: Side | None = None,
    ) -> None:
        """Add an entry; see `write_audit`."""
        write_audit(
            self.database,
            at=self.now(),
            actor=actor,
            action=action,
            object_id=f"{self.kind}:{key}",  # no document's id holds a colon
            before=before,
            after=after,
        )


def write_audit(
    database: Database,
    *,
    at: datetime,
    actor: str,
    action: str,
    object_id: str,
    before: Side | None = None,
    after: Side | None = None,
) -> None:
    """Add an entry; ``before`` and ``after`` hold what differs, and never a secret."""
    texts = [dump(side) if side else "" for side in (before, after)]
    database.execute(
        "INSERT INTO audit (at, actor, action, object_id, before, after) VALUES (?, ?, ?, ?, ?, ?)",
        (at.isoformat(), actor, action, object_id, *texts),
    )
