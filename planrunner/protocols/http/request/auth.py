"""Who asks: the Authorization header of basic and bearer, the login of a digest."""

from __future__ import annotations

from base64 import b64encode

from planrunner.errors import Problems
from planrunner.plan.model import Auth, Request, Setting
from planrunner.protocols.http.request.convert import converted, one_line, text, utf8
from planrunner.values.names import Names
from planrunner.values.value import Value, made


def header(auth: Auth, names: Names, problems: Problems) -> Value | None:
    """Compile the Authorization header that is known before the target was asked; None if there is none."""
    if auth.kind == "bearer" and auth.token is not None:
        return text(auth.token, names, problems, lambda token: f"Bearer {token}")
    if auth.kind == "basic":
        pair = _pair(auth, names, problems)
        return converted(pair, _basic, auth.place, problems)
    return None


def login(auth: Auth | None, names: Names, problems: Problems) -> Value | None:
    """Compile user name and password for a digest (digest.Login); None where no digest is asked for."""
    return _pair(auth, names, problems) if auth is not None and auth.kind == "digest" else None


def clash(request: Request, problems: Problems) -> None:
    """Say so when one layer holds both `auth` and an Authorization header; a layer hides what is below it."""
    for name, setting in request.headers.items():
        told = request.auth is not None and request.auth.kind != "none"
        if told and setting is not None and name.lower() == "authorization":
            problems.add(f"{name} is written by `auth`", setting.place, "leave one of the two out")


def _pair(auth: Auth, names: Names, problems: Problems) -> Value:
    empty = Setting("", auth.place)
    user = text(auth.username or empty, names, problems, one_line)
    password = text(auth.password or empty, names, problems)
    return made([user, password], lambda scope: (user.of(scope), password.of(scope)))


def _basic(pair: tuple[str, str]) -> str:
    user, password = pair
    if ":" in user:
        raise ValueError("a user name for basic auth cannot hold a colon")  # RFC 7617, 2
    return "Basic " + b64encode(utf8(f"{user}:{password}")).decode("ascii")
