"""The dashboard: how the installation is doing, at one glance.

One decision: every number is read when the page is asked for; a page that few people open needs
no cache, and one that is out of date would be worse than a slow one.
"""

from __future__ import annotations

from flask import render_template

from corpus.accounts import Role
from search_app.site import current_view
from search_app.staff.desk import current_desk
from search_app.staff.frame import requires, staff
from search_app.staff.panels import PANELS


@staff.get("/")
@requires(Role.EDITOR)
def dashboard() -> str:
    """Show the panels."""
    view, desk = current_view(), current_desk()
    return render_template("staff/dashboard.html", panels=[make(view, desk) for make in PANELS])
