"""The staff's pages under ``/staff``: log-in, the dashboard, and what is added to them.

One decision: a session cookie exists under this one path and nowhere else, so everything that
needs one (log-in, form tokens, ``no-store``) stands in front of this blueprint, and a page that is
added here cannot forget it.

To add a page, for example ``/staff/explain``:

1.  Write ``search_app/staff/explain.py``. Views hang on the blueprint and name their role::

        from search_app.staff.frame import requires, staff

        @staff.get("/explain")
        @requires(Role.EDITOR)
        def explain() -> str:
            return render_template("staff/explain.html", ...)

    Who asks is `current_account()` of `search_app.staff.frame`; the site is `current_view()` of
    `search_app.site` as on public pages, in the language of the account. Whatever changes
    something is a ``@staff.post`` that ends with a redirect; its form token is checked before.
2.  Import the module below, and add its line to `ENTRIES` in ``search_app/staff/navigation.py``.
3.  Write ``search_app/templates/staff/explain.html``: it extends ``staff/base.html`` and fills the
    blocks ``title`` and ``main``; every form holds
    ``{% include "staff/_token.html" %}``.
4.  Put its texts into ``search_app/messages/staff.fi.toml``, ``.sv.toml`` and ``.en.toml`` in a
    section of its own; the name in the navigation is ``staff_nav.explain``. Or lay files of your
    own beside them: every ``*.fi.toml`` there is read.
5.  A box on the dashboard is one function in `PANELS` of ``search_app/staff/panels.py``.
"""

from search_app.staff import account, dashboard, explain, feedback, log_in
from search_app.staff.desk import Desk, install, make_desk
from search_app.staff.frame import current_account, requires, staff

__all__ = [
    "Desk",
    "account",
    "current_account",
    "dashboard",
    "explain",
    "feedback",
    "install",
    "log_in",
    "make_desk",
    "requires",
    "staff",
]
