"""TLS: from what a plan says to OpenSSL's settings, what is wrong with it, and one handshake to be."""

from __future__ import annotations

import os
import ssl
import sys
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from planrunner.protocols.http.terms import Http2, Tls

ALPN: Mapping[Http2, Sequence[str]] = {
    "auto": ("h2", "http/1.1"),
    "never": ("http/1.1",),
    "always": ("h2",),
}
"""Which protocols are offered, the most wanted first (RFC 7301)."""

VERSIONS: Mapping[str, ssl.TLSVersion] = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
OLDEST, NEWEST = "1.2", "1.3"  # where the plan says nothing
USUAL_CIPHERS = "DEFAULT"
OLD_TOO = ":@SECLEVEL=0"  # OpenSSL 3 signs nothing with SHA-1 otherwise, as TLS 1.0 and 1.1 must
KEY_LOG = "SSLKEYLOGFILE"

_PEM = "it must be in PEM format: -----BEGIN ..."
_CERTIFICATE, _KEY = "-----BEGIN CERTIFICATE-----", "PRIVATE KEY-----"
_ENCRYPTED = ("BEGIN ENCRYPTED PRIVATE KEY", "Proc-Type: 4,ENCRYPTED")


class TlsError(ValueError):
    """What is wrong with the settings of TLS; `key` is the one to be changed, "" for none of them."""

    def __init__(self, key: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.key, self.hint = key, hint


def client_context(tls: Tls, http2: Http2) -> ssl.SSLContext:
    """Make OpenSSL's settings, which all connections share; TlsError for what cannot be.

    A `ca` takes the place of the system's authorities, as with curl's --cacert; ciphers have OpenSSL's names.
    """
    context = _told(tls)
    context.set_alpn_protocols(ALPN[http2])
    if tls.verify and not tls.ca:
        context.load_default_certs()
    return context


@cache  # a plan says it once, but for all its requests
def check(tls: Tls) -> None:
    """Raise TlsError for settings with which no connection could be made: files, keys, versions, ciphers."""
    context = _told(tls)
    try:
        context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost").do_handshake()
    except ssl.SSLWantReadError:  # it has begun
        return
    except ssl.SSLError as error:
        key = "ciphers" if tls.ciphers else "max_version"
        raise TlsError(key, f"no connection can be made with these settings: {error.reason}") from None


def _told(tls: Tls) -> ssl.SSLContext:
    """Make settings that know all that the plan says, but not yet whom the system trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # what `ca` holds is trusted, root or not, as in Go
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.ca:
        _trust(context, Path(tls.ca))
    _set_versions(context, tls)
    if tls.cert or tls.key:
        _show(context, tls)
    _log_keys(context)
    return context


def _trust(context: ssl.SSLContext, ca: Path) -> None:
    """Trust who is in a file, or in any file of a folder."""
    folder = ca.is_dir()
    trusted = 0
    try:
        for file in sorted(ca.iterdir()) if folder else [ca]:
            if not folder or (file.is_file() and _CERTIFICATE.encode() in file.read_bytes()):
                context.load_verify_locations(file)
                trusted += 1
    except ssl.SSLError:
        raise TlsError("ca", f"{file.name!r} holds no certificate that can be read", _PEM) from None
    except OSError as error:
        raise _unreadable("ca", ca, error) from None
    if not trusted:
        raise TlsError("ca", f"no file in {ca.name!r} holds a certificate", _PEM)


def _set_versions(context: ssl.SSLContext, tls: Tls) -> None:
    newest = tls.max_version or NEWEST
    oldest = tls.min_version or min(OLDEST, newest)
    if oldest > newest:
        key = "max_version" if tls.max_version else "min_version"
        raise TlsError(key, f"no version of TLS is left: the oldest is {oldest}, the newest {newest}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the plan asks for it
        context.minimum_version, context.maximum_version = VERSIONS[oldest], VERSIONS[newest]
    if tls.ciphers or oldest < OLDEST:
        ciphers = ":".join(tls.ciphers) or USUAL_CIPHERS
        context.set_ciphers(ciphers + OLD_TOO if oldest < OLDEST else ciphers)


def _show(context: ssl.SSLContext, tls: Tls) -> None:
    """Have a client certificate shown to those who ask for one."""
    if not tls.cert:
        raise TlsError("key", "a key is of no use without its certificate", "name it as `cert`")
    if _CERTIFICATE not in _read("cert", tls.cert):
        raise TlsError("cert", f"{Path(tls.cert).name!r} holds no certificate", _PEM)
    key, file = ("key", tls.key) if tls.key else ("cert", tls.cert)
    secret = _read(key, file)
    if _KEY not in secret:
        hint = _PEM if tls.key else "name the file with the key as `key`"
        raise TlsError(key, f"{Path(file).name!r} holds no key", hint)
    encrypted = any(mark in secret for mark in _ENCRYPTED)
    if encrypted and not tls.password:
        raise TlsError(key, "the key is encrypted", "write its `password`, best as a variable that is secret")
    try:
        # Always a password: OpenSSL would ask for one at the terminal.
        context.load_cert_chain(tls.cert, tls.key or None, tls.password)
    except (ssl.SSLError, ValueError) as error:
        raise _refused(error, key, encrypted=encrypted) from None


def _refused(error: Exception, key: str, *, encrypted: bool) -> TlsError:
    if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
        return TlsError(key, "the key is not the certificate's")
    if encrypted:
        return TlsError("password", "the key cannot be read with this password")
    return TlsError(key, "the certificate or its key cannot be read", _PEM)


def _read(key: str, file: str) -> str:
    try:
        return Path(file).read_text("latin-1")
    except OSError as error:
        raise _unreadable(key, Path(file), error) from None


def _unreadable(key: str, file: Path, error: OSError) -> TlsError:
    return TlsError(key, f"{file.name!r} cannot be read: {error.strerror}")


def _log_keys(context: ssl.SSLContext) -> None:
    """Write the keys of connections where the environment wants it, so that others can read along."""
    file = "" if sys.flags.ignore_environment else os.environ.get(KEY_LOG, "")
    if file:
        try:
            context.keylog_filename = file
        except OSError as error:
            raise TlsError("", f"{KEY_LOG}: {file!r} cannot be written: {error.strerror}") from None


class Handshake:
    """A handshake to be: stands in for a context, because no event loop passes on a session to resume.

    Afterwards it knows what OpenSSL knows, also of one that failed.
    """

    __slots__ = ("_context", "_session", "tls")

    def __init__(self, context: ssl.SSLContext, session: ssl.SSLSession | None = None) -> None:
        self._context, self._session = context, session
        self.tls: ssl.SSLObject | None = None  # None: it did not begin

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        *,
        server_side: bool = False,
        server_hostname: str | None = None,
    ) -> ssl.SSLObject:
        """Begin, as SSLContext.wrap_bio does."""
        self.tls = self._context.wrap_bio(incoming, outgoing, server_side, server_hostname, self._session)
        return self.tls

    @property
    def session(self) -> ssl.SSLSession | None:
        """What a later handshake may go on with; with TLS 1.3 it comes with the first answer."""
        return self.tls.session if self.tls is not None else None

    @property
    def answered(self) -> bool:
        """Whether the target has chosen a cipher suite, that is, has nothing against what was offered."""
        return self.tls is not None and self.tls.cipher() is not None
