"""Certificates for targets: good ones, and each that a client must refuse."""

import datetime as dt
import ssl
from pathlib import Path

import trustme

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class Authority:
    """A certificate authority, with the file that makes a client trust it."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.file = folder / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.file))

    def certificate(self, folder: Path) -> Path:
        """Write the certificate of 127.0.0.1 and its key to a file."""
        file = folder / "server.pem"
        self._authority.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(
            str(file)
        )
        return file

    def context(self, host: str = "127.0.0.1", *, expired: bool = False) -> ssl.SSLContext:
        """Make the TLS settings of a target whose certificate is for a host."""
        ends = LONG_AGO + dt.timedelta(days=1) if expired else None
        begins = LONG_AGO if expired else None
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(host, not_before=begins, not_after=ends).configure_cert(made)
        return made
