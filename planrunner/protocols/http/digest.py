"""Digest authentication (RFC 7616): from a challenge to the credentials of one request after the other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

Login: TypeAlias = tuple[str, str]
"""User name and password."""

ALGORITHMS: Mapping[str, Callable[[bytes], str]] = {
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "sha-256": lambda data: hashlib.sha256(data).hexdigest(),
}
SESSION: Final = "-sess"  # behind the name of an algorithm: the password is hashed once for each nonce

# `Scheme name=value` or `name=value`; several challenges may stand in one header (RFC 9110, 11.6.1).
# Possessive, and only from the beginning of a word, so that no header takes long.
_PARAMETER = re.compile(
    r"(?<![\w-])(?:(?P<scheme>[\w-]++)\s++(?=[\w-]))?(?P<name>[\w-]++)\s*+=\s*+"
    r"(?:\"(?P<quoted>(?:[^\"\\]|\\.)*+)\"|(?P<bare>[^\s,\"]*+))"
)

_QUOTED_PAIR = re.compile(r"\\(.)")
_ESCAPED, _ESCAPE = re.compile(r"[\"\\]"), r"\\\g<0>"


class Nonce(Struct):
    """What a target asked for, and how often it was answered."""

    realm: str
    nonce: str
    opaque: str | None
    algorithm: str  # as the target writes it; "" when it names none, which means MD5
    qop: bool  # False: as in RFC 2069, without a count
    cnonce: str  # ours, one for each nonce: the session variants need it to stay
    count: int = 0

    def answer(self, login: Login, method: str, path: str) -> bytes:
        """Write the credentials for the next request."""
        self.count += 1
        user, password = login
        name = self.algorithm.lower()
        digest = ALGORITHMS[name.removesuffix(SESSION) or "md5"]

        def hashed(*parts: str) -> str:
            return digest(":".join(parts).encode("utf-8", "replace"))

        secret = hashed(user, self.realm, password)
        if name.endswith(SESSION):
            secret = hashed(secret, self.nonce, self.cnonce)
        count, asked = f"{self.count:08x}", hashed(method, path)
        middle = (self.nonce, count, self.cnonce, "auth") if self.qop else (self.nonce,)
        quoted = {
            "username": user,
            "realm": self.realm,
            "nonce": self.nonce,
            "uri": path,
            "response": hashed(secret, *middle, asked),
        }
        if self.opaque is not None:
            quoted["opaque"] = self.opaque
        bare = {"algorithm": self.algorithm} if self.algorithm else {}
        if self.qop:
            quoted["cnonce"], bare = self.cnonce, {**bare, "qop": "auth", "nc": count}
        fields = [f'{key}="{_ESCAPED.sub(_ESCAPE, value)}"' for key, value in quoted.items()]
        fields += [f"{key}={value}" for key, value in bare.items()]
        return f"Digest {', '.join(fields)}".encode("utf-8", "replace")


def challenge(lines: Iterable[bytes], cnonce: str) -> Nonce | None:
    """Find the first digest in WWW-Authenticate lines that we can answer; None when there is none."""
    for line in lines:
        for scheme, parameters in _challenges(line.decode("utf-8", "replace")):
            nonce = _nonce(parameters, cnonce) if scheme == "digest" else None
            if nonce is not None:
                return nonce
    return None


def _challenges(line: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    for parameter in _PARAMETER.finditer(line):
        if parameter["scheme"]:
            found.append((parameter["scheme"].lower(), {}))
        if found:
            quoted = parameter["quoted"]
            value = parameter["bare"] if quoted is None else _QUOTED_PAIR.sub(r"\1", quoted)
            found[-1][1][parameter["name"].lower()] = value
    return found


def _nonce(parameters: Mapping[str, str], cnonce: str) -> Nonce | None:
    algorithm, qop = parameters.get("algorithm", ""), parameters.get("qop")
    known = algorithm.lower().removesuffix(SESSION) in {*ALGORITHMS, ""}
    kinds = {kind.strip().lower() for kind in qop.split(",")} if qop is not None else {"auth"}
    if not known or "auth" not in kinds or "nonce" not in parameters:
        return None
    return Nonce(
        realm=parameters.get("realm", ""),
        nonce=parameters["nonce"],
        opaque=parameters.get("opaque"),
        algorithm=algorithm,
        qop=qop is not None,
        cnonce=cnonce,
    )
