"""Doors that need a key: a login form with a session cookie, HTTP basic and HTTP digest."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from html import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from planrunner.demo.accounts import Users, token
from planrunner.demo.page import simple
from planrunner.demo.wire import answer, form

REALM = "pizza shop"
CSRF = "csrf"  # the cookie that holds what the form must send back
SESSION = "session"
DIGESTS = {"MD5": "md5", "SHA-256": "sha256"}  # RFC 7616, 3.1

_PARAMETER = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,"]+))')


class Doors:
    """Answers for what only guests may see."""

    def __init__(self, users: Users) -> None:
        self._users = users
        self._forms = 0
        self._challenges = 0

    def routes(self) -> list[Route]:
        """Return the doors and what is behind them."""
        return [
            Route("/login", self.show),
            Route("/login", self.enter, methods=["POST"]),
            Route("/account", self.account),
            Route("/logout", leave, methods=["POST"]),
            Route("/api/basic", self.basic),
            Route("/api/digest", self.digest, methods=["GET", "POST"]),
        ]

    async def show(self, _request: Request) -> Response:
        """Show the form; its hidden field must come back with the cookie of the same value."""
        return self._form("", 200)

    async def enter(self, request: Request) -> Response:
        """Check a filled-in form and lead to the account."""
        given = {name: value for name, value in await form(request) if isinstance(value, str)}
        if not given.get("csrf_token") or given["csrf_token"] != request.cookies.get(CSRF):
            return self._form("this form is too old, send it again", 403)
        session = self._users.login(given.get("username", ""), given.get("password", ""))
        if session is None:
            return self._form("wrong username or password", 401)
        response = RedirectResponse("/account", 302)
        response.set_cookie(SESSION, session, httponly=True, samesite="lax")
        return response

    async def account(self, request: Request) -> Response:
        """Show a guest's own page; everybody else is led to the form."""
        name = self._users.known(request.cookies.get(SESSION, ""))
        if name is None:
            return RedirectResponse("/login", 302)
        return HTMLResponse(simple("Your account", ACCOUNT.format(escape(name))))

    async def basic(self, request: Request) -> Response:
        """Let in who says a name and a password (RFC 7617)."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            name, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        except ValueError:  # no base64, or no UTF-8 in it
            name = password = ""
        if scheme.lower() != "basic" or self._users.login(name, password) is None:
            raise _locked(f'Basic realm="{REALM}", charset="UTF-8"')
        return answer({"user": name})

    async def digest(self, request: Request) -> Response:
        """Let in who proves to know the password (RFC 7616): `?algorithm=SHA-256`, MD5 by default."""
        algorithm = request.query_params.get("algorithm", "MD5")
        if algorithm not in DIGESTS:
            raise HTTPException(400, f"algorithm must be one of {', '.join(DIGESTS)}")
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        said = {name: quoted or bare for name, quoted, bare in _PARAMETER.findall(given)}
        password = self._users.password(said.get("username", ""))
        if scheme.lower() != "digest" or password is None or not _issued(said.get("nonce", "")):
            raise self._challenge(algorithm)
        expected = proof(request.method, _target(request), password, {**said, "realm": REALM}, algorithm)
        if not hmac.compare_digest(said.get("response", "").encode(), expected.encode()):
            raise self._challenge(algorithm)
        return answer({"user": said["username"], "algorithm": algorithm})

    def _form(self, complaint: str, status: int) -> Response:
        self._forms += 1
        secret = token(f"form {self._forms}")
        alert = f'<p role="alert">{complaint}</p>' if complaint else ""
        response = HTMLResponse(simple("Log in", alert + FORM.format(secret)), status)
        response.set_cookie(CSRF, secret, httponly=True, samesite="lax")
        return response

    def _challenge(self, algorithm: str) -> HTTPException:
        self._challenges += 1
        nonce = _nonce(self._challenges)
        return _locked(f'Digest realm="{REALM}", qop="auth", algorithm={algorithm}, nonce="{nonce}"')


ACCOUNT = """<p>Hello, <b id="guest">{}</b>!</p>
<form method="post" action="/logout"><button>Log out</button></form>"""

FORM = """<form method="post" action="/login">
<input type="hidden" name="csrf_token" value="{}">
<label>Name <input name="username" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Log in</button>
</form>"""


async def leave(_request: Request) -> Response:
    """Forget who it was."""
    response = RedirectResponse("/", 302)
    response.delete_cookie(SESSION)
    return response


def proof(method: str, uri: str, password: str, said: dict[str, str], algorithm: str) -> str:
    """Compute the `response` of RFC 7616, 3.4.1, from what the client said beside it."""

    def digested(*parts: str) -> str:
        return hashlib.new(DIGESTS[algorithm], ":".join(parts).encode(), usedforsecurity=False).hexdigest()

    secret = digested(said.get("username", ""), said["realm"], password)
    told = (said.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
    return digested(secret, *told, digested(method, uri))


def _target(request: Request) -> str:
    """Return the path and the query as they came, which is what the proof is about."""
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1")
    return f"{path}?{query}" if query else path


def _nonce(number: int) -> str:
    return f"{number:x}-{token(f'nonce {number:x}')}"


def _issued(nonce: str) -> bool:
    number, _, _ = nonce.partition("-")
    return nonce == f"{number}-{token(f'nonce {number}')}"


def _locked(challenge: str) -> HTTPException:
    return HTTPException(401, "log in first", {"www-authenticate": challenge})
