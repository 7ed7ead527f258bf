from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from chassis.config import ConfigError, Environment
from chassis.stores.addresses import complain_if_unproven, read_postgres, read_redis, unproven_hosts

PASSWORD = "hunter2"
PG = f"postgresql://u:{PASSWORD}@db/base"
REDIS = f"rediss://:{PASSWORD}@cache/0"
PLAIN_REDIS = f"redis://:{PASSWORD}@cache/0"
Ask = Callable[[Environment, str], str]


def postgres(environment: Environment, name: str) -> str:
    return read_postgres(environment, name, about="which store")


def redis(environment: Environment, name: str) -> str:
    return read_redis(environment, name, about="which cache")


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    file = tmp_path / "one.pem"
    file.touch()
    return file


def test_tls_that_proves_the_server_is_taken_as_it_is_written(pem: Path) -> None:
    for ask, given in (
        (postgres, f"{PG}?sslmode=verify-full&sslrootcert={pem}"),
        (postgres, f"{PG}?sslmode=verify-full&sslrootcert={pem}&sslcert={pem}&sslkey={pem}"),
        (redis, f"{REDIS}?ssl_ca_certs={pem}"),
        (redis, f"{REDIS}?ssl_ca_certs={pem}&ssl_certfile={pem}&ssl_keyfile={pem}"),
    ):
        environment = Environment({"STORE_URL": given})
        assert ask(environment, "STORE_URL") == given
        environment.finish()
        assert unproven_hosts(given) == ()


@pytest.mark.parametrize(
    ("ask", "given", "said"),
    [
        (postgres, f"{PG}?sslmode=sure", "none of disable, allow"),
        (postgres, f"{PG}?sslmode=verify-full", "names no CA; add &sslrootcert="),
        (postgres, f"{PG}?sslmode=verify-ca", "names no CA; add &sslrootcert="),
        (postgres, f"{PG}?sslmode=verify-full&sslrootcert=/none.pem", "sslrootcert cannot be read"),
        (postgres, f"{PG}?sslcert={__file__}", "one of sslcert and sslkey"),
        (redis, REDIS, "names no CA; add ?ssl_ca_certs="),
        (redis, f"{REDIS}?ssl_ca_certs=/none.pem", "ssl_ca_certs cannot be read"),
        (
            redis,
            f"{REDIS}?ssl_ca_certs={__file__}&ssl_cert_reqs=none",
            "leaves the server unproven",
        ),
        (
            redis,
            f"{REDIS}?ssl_ca_certs={__file__}&ssl_check_hostname=false",
            "leaves the server unproven",
        ),
        (redis, f"{REDIS}?ssl_ca_certs={__file__}&ssl_keyfile={__file__}", "one of ssl_certfile"),
        (redis, f"{PLAIN_REDIS}?ssl_ca_certs={__file__}", "begin it with rediss://"),
    ],
)
def test_an_address_that_cannot_be_used_says_what_to_write(ask: Ask, given: str, said: str) -> None:
    environment = Environment({"STORE_URL": given})
    ask(environment, "STORE_URL")
    with pytest.raises(ConfigError) as caught:
        environment.finish()
    assert said in str(caught.value)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        f"postgresql://u:{PASSWORD}/x@db/base",
        f"postgresql://u:{PASSWORD}#x@db/base",
        f"postgresql://u:{PASSWORD}?x@db/base",
        f"postgresql://u:{PASSWORD}[@db/base",
        f"postgresql://u:{PASSWORD}\u2100@db/base",
        f"postgresql://u:{PASSWORD}@db:port/base",
        f"http://u:{PASSWORD}@db/base",
    ],
)
def test_a_password_that_breaks_the_url_is_not_repeated(given: str) -> None:
    environment = Environment({"STORE_URL": given})
    postgres(environment, "STORE_URL")
    with pytest.raises(ConfigError) as caught:
        environment.finish()
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        (PG, ("db",)),
        (f"{PG}?sslmode=require", ("db",)),
        (f"{PG}?sslmode=verify-ca&sslrootcert=/ca.pem", ("db",)),
        ("postgresql://u:w@[2001:db8::1]:5432,db:5432,localhost/base", ("2001:db8::1", "db")),
        ("postgresql://u:w@/base?host=db.example", ("db.example",)),
        ("postgresql://u:w@/base?host=/run/postgresql", ()),
        ("postgresql://u:w@127.0.0.1:5432/base", ()),
        ("postgresql://u:w@[::1]:5432/base", ()),
        ("postgresql://u:w@localhost/base", ()),
        (PLAIN_REDIS, ("cache",)),
        (REDIS, ()),
        ("unix:///run/redis.sock?db=0", ()),
        ("redis://localhost:6379/0", ()),
    ],
)
def test_a_server_elsewhere_that_need_not_prove_itself_is_found(
    url: str, hosts: tuple[str, ...]
) -> None:
    assert unproven_hosts(url) == hosts
    with capture_logs() as lines:
        complain_if_unproven("postgres", url)
    assert [one["hosts"] for one in lines] == ([hosts] if hosts else [])
    assert PASSWORD not in repr(lines)
