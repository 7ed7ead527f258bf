"""The compose file against the tree: no YAML reader is among our packages, so lines are looked at.

Where an engine answers, tests/system/test_image.py runs what these files describe.
"""

import re
from pathlib import Path

import pytest

from chassis.config import Environment
from registry import config as registry_config
from restriction import config as field_config
from stack.layout import IMPORTER, Service, ours
from stack.postgres import _SETTINGS

ROOT = Path(__file__).parents[3]
COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
LOGGED_AS_LITTLE = (
    "log_error_verbosity",
    "log_min_error_statement",
    "log_parameter_max_length_on_error",
)
FIELDS = [service.name for service in ours() if service.follows]


def entry(name: str) -> str:
    """The lines of one service."""
    services = COMPOSE.split("\nservices:\n")[1].split("\nvolumes:\n")[0]
    found = re.search(rf"^  {name}:\n((?:    .*\n|\n)*)", services, re.MULTILINE)
    assert found, f"compose.yaml has no service {name}"
    return found[1]


def test_every_service_of_the_stack_has_an_entry() -> None:
    for service in (*ours(), IMPORTER):
        command = ", ".join(service.command[1:] or (service.name,))
        assert f"command: [{command}]" in entry(service.name)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_gets_its_own_database_and_no_key_that_opens_sealed_text(name: str) -> None:
    lines = entry(name)
    assert f"./secrets/{name}.dsn:/run/secrets/dsn:ro" in lines
    assert "*field-settings" in lines
    assert "- gate-keys:" in lines
    assert "- keys:" not in lines
    assert "redis" not in lines


@pytest.mark.parametrize("service", [*ours(), IMPORTER], ids=lambda one: one.name)
def test_a_service_connects_as_its_role_and_is_told_no_owners_password(service: Service) -> None:
    lines = entry(service.name)
    assert f"./secrets/{service.role or service.name}.dsn:/run/secrets/dsn:ro" in lines
    assert "owners" not in lines


def test_schemas_are_brought_forward_before_any_service_starts() -> None:
    needed = COMPOSE.split("x-needs: &needs\n")[1].split("\n\n")[0]
    assert "  migrate:\n    condition: service_completed_successfully" in needed
    for service in (*ours(), IMPORTER):
        assert "*needs" in entry(service.name)


def test_services_find_their_keys_where_the_volumes_are_mounted() -> None:
    assert "COURTLIST_KEYRING: /var/lib/courtlist/keys/registry.keyring.json" in COMPOSE
    assert "COURTLIST_KEYRING: /var/lib/courtlist/gate-keys/gate.keyring.json" in COMPOSE


def test_gates_get_the_keys_that_the_registry_has_now() -> None:
    exported = "export-gate-keys keys/registry.keyring.json gate-keys/gate.keyring.json"
    assert f"python -m registry keyring {exported}" in COMPOSE
    assert "cp keys/" not in COMPOSE


def test_every_setting_is_one_that_the_services_read() -> None:
    known = set()
    for module in (registry_config, field_config):
        environment = Environment({})
        module._read(environment)
        known |= {setting.name for setting in environment.settings}
    given = set(re.findall(r"^  ((?:COURTLIST|OTEL)_[A-Z_]+):", COMPOSE, re.MULTILINE))
    assert {name.removesuffix("_FILE") for name in given} <= known


def test_ports_are_published_on_the_loopback_interface_only() -> None:
    published = re.findall(r'"([0-9.:]+:\d+)"', COMPOSE)
    assert published
    assert all(one.startswith("127.0.0.1:") for one in published)
    assert len(published) == len(set(published))


@pytest.mark.parametrize("service", [*ours(), IMPORTER], ids=lambda one: one.name)
def test_a_process_gets_its_own_certificate_and_nobody_elses(service: Service) -> None:
    lines = entry(service.name)
    assert re.findall(r"\./secrets/(\S+):/run/tls:ro", lines) == [f"tls/{service.name}"]
    assert "certificates" not in lines


@pytest.mark.parametrize("name", ["postgres", "redis", "partner"])
def test_no_store_and_no_partner_is_given_a_key(name: str) -> None:
    assert "keys:" not in entry(name)


def test_what_opens_sealed_text_lies_where_the_registry_and_its_importer_alone_look() -> None:
    names = re.findall(r"^  ([a-z]+):\n", COMPOSE.split("\nservices:\n")[1], re.MULTILINE)
    services = [name for name in names if f"\n  {name}:\n    " in COMPOSE.split("\nvolumes:\n")[0]]
    assert {name for name in services if "- keys:" in entry(name)} == {
        "keys",
        "registry",
        "importer",
    }
    assert {name for name in services if "- postgres-data:" in entry(name)} == {"postgres"}


def test_the_database_server_logs_no_statement_and_no_value() -> None:
    for name in LOGGED_AS_LITTLE:
        assert f"{name}={_SETTINGS[name]}" in entry("postgres")


def test_nothing_but_the_database_server_begins_as_root() -> None:
    assert "USER 10001:10001" in (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    redis = entry("redis")
    for kept in ("user: redis", "read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert kept in redis
    assert "user:" not in COMPOSE.replace(redis, "")


def test_nothing_is_deployed_in_plaintext() -> None:
    assert "PLAINTEXT" not in COMPOSE
