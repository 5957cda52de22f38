"""What a house for real people must not start with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from web.key import key_of
from web.settings import FAILPOINT, Settings, SettingsError

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def refuse_unsafe(settings: Settings, env: Mapping[str, str], demo_logins: Iterable[str]) -> None:
    """Raises SettingsError when a production house is not fit for real people, with what to do about it."""
    if not settings.production:
        return
    if any(name.startswith(FAILPOINT) for name in env):
        raise SettingsError(f"{FAILPOINT} is set: it makes the program kill itself in tests. Unset it")
    logins = sorted(demo_logins)
    if logins:
        raise SettingsError(
            f"The database holds {len(logins)} demo accounts whose password everyone knows (the first is "
            f"{logins[0]}). Start with an empty database: set ISANGE_DATABASE to another one"
        )
    if settings.host not in LOOPBACK and not settings.proxies:
        raise SettingsError(
            f"On {settings.host} passwords would cross the network in plain HTTP. Put a TLS proxy before Isange and "
            "set ISANGE_PROXIES to 1, or listen on 127.0.0.1"
        )
    if settings.lock_minutes == 0 or settings.idle_minutes < settings.lock_minutes or settings.shift_hours == 0:
        raise SettingsError(
            "Sessions would never lock or end: 0 < ISANGE_LOCK_MINUTES <= ISANGE_IDLE_MINUTES and "
            "ISANGE_SHIFT_HOURS > 0 are needed"
        )
    key_of(settings)
