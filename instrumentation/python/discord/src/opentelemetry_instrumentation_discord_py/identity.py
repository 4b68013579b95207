"""Ids of guilds, channels and users, as keyed hashes: equal ids stay equal, and nobody can count them back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache

_LENGTH = 16
_PURPOSE = b"opentelemetry-discord-ids"


class Identity:
    """Hashes ids with one key. Ids are numbers of 64 bits made from the time, so a hash without a key would hide
    nothing."""

    def __init__(self, key: str = "") -> None:
        self._configured = bool(key)
        self._key = key.encode() or secrets.token_bytes(32)
        self._adopted = False

    def adopt(self, token: str) -> None:
        """Without a configured key: takes one made from the bot's token, so that hashes stay the same after a
        restart."""
        if not self._configured and not self._adopted and token:
            self._key = hmac.new(token.strip().encode(), _PURPOSE, hashlib.sha256).digest()
            self._adopted = True

    def hashed(self, snowflake: object) -> str:
        """16 hexadecimal digits for an id."""
        return _digest(self._key, str(snowflake))


@lru_cache(maxsize=4096)
def _digest(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:_LENGTH]
