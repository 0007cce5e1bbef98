"""The dashboard: a list of small panels, each of which looks at one thing.

One decision: a panel is a function from the site and the desk to plain rows; it draws nothing and
knows no other panel, so another one is a line in `PANELS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import render_template

from corpus.accounts import Role
from search_app.site import View, current_view
from search_app.staff.desk import Desk, current_desk
from search_app.staff.frame import requires, staff

_UNREAD: Final = ("pending", "needs_ocr", "failed")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a panel; ``language`` is that of the label, where it is not the page's."""

    label: str
    value: str
    note: str = ""
    href: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to be done, with the command that does it where there is one."""

    text: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One box of the dashboard; its title is the message ``staff_panel.NAME``."""

    name: str
    title: str
    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    text: str = ""


@staff.get("/")
@requires(Role.EDITOR)
def dashboard() -> str:
    """Show how the installation is doing."""
    view, desk = current_view(), current_desk()
    return render_template("staff/dashboard.html", panels=[make(view, desk) for make in PANELS])


PANELS: Final[tuple[Callable[[View, Desk], Panel], ...]] = ()
