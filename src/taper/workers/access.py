"""How a Dask cluster is reached: which address, under which keys, and what must be said for it.

Whoever reaches a scheduler runs programs as its owner, and doses of participants travel to it. On
this machine both ends hold a key that only they know; to another one nothing goes in plain text
unless somebody says that it may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from taper.errors import EnvironmentLacking, UsageError
from taper.wording.quoting import quoted

LOCAL = "local"
LACKING_KEYS = (
    "cryptography is missing, which makes the keys of a cluster on this machine: install taper "
    "with its extra [dask], as by pip install '.[dask]' in its folder, or leave out --dask local."
)
_ADDRESS = re.compile(r"(tcp|tls)://([\w.-]+|\[[0-9a-fA-F:]+\]):([1-9][0-9]{0,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Access:
    """An address, the certificates for it, and whether plain text to another machine was said."""

    address: str
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    """None where the certificate's file has the key too."""
    is_unencrypted: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether it is a cluster that is started here and ends with the batch."""
        return self.address == LOCAL

    @property
    def certificates(self) -> dict[str, Path]:
        """The files that were named, by their option."""
        named = {"--dask-ca": self.ca, "--dask-cert": self.cert, "--dask-key": self.key}
        return {option: path for option, path in named.items() if path is not None}

    def checked(self) -> Access:
        """Itself; raises `UsageError` for what is no address, or says too little or too much."""
        scheme, host = _scheme_and_host(self.address)
        for wrong in (*self._wrong_certificates(scheme), *self._wrong_words(scheme, host)):
            raise UsageError(wrong)
        return self

    def _wrong_certificates(self, scheme: str) -> Iterator[str]:
        for option, path in self.certificates.items():
            if scheme != "tls":
                yield (
                    f"{option} is given with --dask {self.address}; allowed: with an address such "
                    "as tls://HOST:8786."
                )
            if not path.is_file():
                yield f"{option} is {quoted(str(path))}, which is no file; allowed: a PEM file."
        if self.certificates and (self.ca is None or self.cert is None):
            yield (
                f"{next(iter(self.certificates))} is given alone; allowed: --dask-ca and "
                "--dask-cert, with --dask-key where the certificate's file lacks the key."
            )

    def _wrong_words(self, scheme: str, host: str) -> Iterator[str]:
        if self.is_unencrypted and scheme != "tcp":
            yield (
                f"--dask-unencrypted is given with --dask {self.address}, which is encrypted; "
                "allowed: with an address such as tcp://HOST:8786."
            )
        if scheme == "tcp" and not self.is_unencrypted and not _is_loopback(host):
            yield (
                f"--dask is {self.address}, another machine without encryption; allowed: "
                f"tls://HOST:PORT, or --dask-unencrypted where the network between is yours alone."
            )

    def security(self) -> Any:
        """Dask's own word for it; raises `EnvironmentLacking` where there are no such keys."""
        from distributed.security import Security

        if self.is_ours:
            return _temporary()
        if not self.address.startswith("tls:"):
            return Security()
        named = {
            "tls_ca_file": self.ca and str(self.ca),
            "tls_client_cert": self.cert and str(self.cert),
            "tls_client_key": self.key and str(self.key),
        }
        made = Security(require_encryption=True, **(named if self.certificates else {}))
        self._refuse_unusable(made)
        return made

    def _refuse_unusable(self, security: Any) -> None:
        allowed = "--dask-ca, --dask-cert and --dask-key, or Dask's own settings, in PEM"
        try:
            usable = security.get_connection_args("client")["ssl_context"]
        except (OSError, ValueError) as wrong:
            raise EnvironmentLacking(
                f"The certificates for {self.address} cannot be used ({type(wrong).__name__}); "
                f"allowed: {allowed}."
            ) from wrong
        if usable is None:
            raise UsageError(
                f"--dask is {self.address}, and no certificate is named; allowed: {allowed}."
            )


def _temporary() -> Any:
    """A key and its certificate for this batch: in the memory of its processes, in no folder."""
    from distributed.security import Security

    try:
        return Security.temporary()
    except ImportError as lacking:
        raise EnvironmentLacking(LACKING_KEYS) from lacking


def _scheme_and_host(address: str) -> tuple[str, str]:
    if address == LOCAL:
        return LOCAL, LOCAL
    found = _ADDRESS.fullmatch(address)
    if found is None or int(found[3]) > 65535:
        raise UsageError(
            f"--dask is {quoted(address)}; allowed: {LOCAL}, or the address of a scheduler such as "
            "tls://HOST:8786."
        )
    return found[1], found[2]


def _is_loopback(host: str) -> bool:
    """Whether nothing leaves this machine on the way there; a name other than localhost may."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
