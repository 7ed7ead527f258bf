"""The addresses of PostgreSQL and Redis: whether they can be used, and whether the server is proven by them.

Both kinds hold a password. Nothing here repeats any of them but a host.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import structlog

from chassis.config import Environment

_POSTGRES: Final = ("postgresql", "postgres")
_REDIS: Final = ("redis", "rediss", "unix")
# As libpq names them, from nothing to all: only the last proves that the server is the one named.
_SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_PROVEN: Final = "verify-full"


def read_postgres(
    environment: Environment, name: str, *, about: str, default: str | None = None
) -> str:
    """A DSN of PostgreSQL: `postgresql://user:password@host/database?sslmode=verify-full&sslrootcert=...`."""
    return environment.url(
        name, about=about, default=default, schemes=_POSTGRES, check=check_postgres
    )


def read_redis(
    environment: Environment, name: str, *, about: str, default: str | None = None
) -> str:
    """A URL of Redis or Valkey: `rediss://:password@host/0?ssl_ca_certs=...` is one under TLS."""
    return environment.url(name, about=about, default=default, schemes=_REDIS, check=check_redis)


def check_postgres(dsn: str) -> None:
    """Raise ValueError, saying what to write, for TLS that cannot be had as it is asked for."""
    asked = _parameters(dsn)
    mode = asked.get("sslmode", "prefer")
    if mode not in _SSL_MODES:
        raise ValueError(f"its sslmode is none of {', '.join(_SSL_MODES)}")
    if mode.startswith("verify-") and "sslrootcert" not in asked:
        raise ValueError(
            f"asks for sslmode={mode} but names no CA; add &sslrootcert=/path/to/ca.pem"
        )
    _check_files(asked, ("sslrootcert", "sslcert", "sslkey"))
    _check_pair(asked, "sslcert", "sslkey")


def check_redis(url: str) -> None:
    """Raise ValueError, saying what to write, for TLS that is not asked for as it must be."""
    asked = _parameters(url)
    if urlsplit(url).scheme != "rediss":
        if any(name.startswith("ssl_") for name in asked):
            raise ValueError("names certificates but asks for no TLS; begin it with rediss://")
        return
    if "ssl_ca_certs" not in asked:
        raise ValueError("begins with rediss:// but names no CA; add ?ssl_ca_certs=/path/to/ca.pem")
    if asked.get("ssl_cert_reqs", "required") != "required" or "ssl_check_hostname" in asked:
        raise ValueError(
            "leaves the server unproven; take ssl_cert_reqs and ssl_check_hostname out of it"
        )
    _check_files(asked, ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile"))
    _check_pair(asked, "ssl_certfile", "ssl_keyfile")


def unproven_hosts(url: str) -> tuple[str, ...]:
    """The hosts elsewhere that this address does not make prove who they are; none is as it should be."""
    parts, asked = urlsplit(url), _parameters(url)
    if parts.scheme == "rediss" or asked.get("sslmode") == _PROVEN:
        return ()
    named = [asked["host"]] if "host" in asked else parts.netloc.rpartition("@")[2].split(",")
    return tuple(host for host in map(_host_of, named) if not _is_here(host))


def complain_if_unproven(store: str, url: str) -> None:
    """Say once, in the log, that what goes to the store may be read and answered by another."""
    hosts = unproven_hosts(url)
    if hosts:
        structlog.get_logger().warning("store_unproven", store=store, hosts=hosts)


def _parameters(url: str) -> Mapping[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}


def _check_files(asked: Mapping[str, str], names: Iterable[str]) -> None:
    for name in names:
        if name not in asked:
            continue
        try:
            with Path(asked[name]).open("rb"):
                pass
        except OSError as error:
            raise ValueError(f"its {name} cannot be read ({error.strerror})") from None


def _check_pair(asked: Mapping[str, str], certificate: str, key: str) -> None:
    if (certificate in asked) != (key in asked):
        raise ValueError(f"has one of {certificate} and {key}; name both or neither")


def _host_of(named: str) -> str:
    """`host` of `host:port`, `[::1]:port` or a socket's folder."""
    if named.startswith("["):
        return named[1:].partition("]")[0]
    return unquote(named.partition(":")[0])


def _is_here(host: str) -> bool:
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
