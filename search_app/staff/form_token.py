"""Tokens in forms: proof that a form was sent by the page it stands on.

One decision: a token is the HMAC of the cookie's value under the installation's key. It needs no
store and no library, ends with the session, and serves the log-in form too, whose cookie does
not open anything yet. A site that may write no cookie here cannot know a token that fits.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

_PURPOSE: Final = b"form token of "  # the key signs other things too


class FormTokens:
    """Makes and checks the tokens of one installation."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, cookie: str) -> str:
        """Return the token of the forms shown to a cookie's holder."""
        return hmac.new(self._key, _PURPOSE + cookie.encode(), hashlib.sha256).hexdigest()

    def fits(self, token: str, cookie: str) -> bool:
        """Whether a form's token belongs to the cookie that came with it."""
        given = token.encode("utf-8", "surrogatepass")
        return bool(cookie) and hmac.compare_digest(given, self.make(cookie).encode())
