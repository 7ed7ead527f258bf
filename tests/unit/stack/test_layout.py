from dataclasses import replace
from pathlib import Path

import pytest

from stack.layout import PARTNERS, Service, Surroundings, field_names, ours, settings_of
from stack.service_process import python_environment

OURS = ours()
AROUND = Surroundings(
    addresses={service.name: f"127.0.0.1:{20000 + index}" for index, service in enumerate(OURS)},
    metrics={service.name: f"127.0.0.1:{21000 + index}" for index, service in enumerate(OURS)},
    dsns={service.name: f"postgresql://{service.name}@db/{service.name}" for service in OURS},
    redis_url="redis://cache",
    keys=Path("/keys"),
    transport=lambda peer: {"COURTLIST_TLS_CERTIFICATE": f"/{peer.kind}/{peer.name}.pem"},
)
REGISTRY, *FIELDS = OURS


def test_the_registry_is_told_its_store_its_cache_and_its_keys() -> None:
    assert settings_of(REGISTRY, AROUND) == {
        "COURTLIST_LISTEN": "127.0.0.1:20000",
        "COURTLIST_TLS_CERTIFICATE": "/service/registry.pem",
        "COURTLIST_METRICS_LISTEN": "127.0.0.1:21000",
        "COURTLIST_POSTGRES_DSN": "postgresql://registry@db/registry",
        "COURTLIST_REDIS_URL": "redis://cache",
        "COURTLIST_KEYRING": "/keys/registry.keyring.json",
    }


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_field_is_told_where_the_ledger_is(field: Service) -> None:
    settings = settings_of(field, AROUND)
    assert settings["COURTLIST_REGISTRY"] == AROUND.addresses["registry"]
    assert settings["COURTLIST_ROLE"] == "all"


@pytest.mark.parametrize("service", FIELDS)
def test_only_the_registry_gets_the_keys_that_open_sealed_text(service: Service) -> None:
    assert settings_of(service, AROUND)["COURTLIST_KEYRING"] == "/keys/gate.keyring.json"


def test_no_service_is_told_the_database_of_another() -> None:
    dsns = [settings_of(service, AROUND)["COURTLIST_POSTGRES_DSN"] for service in OURS]
    assert len(set(dsns)) == len(OURS)


def test_a_service_gets_our_settings_and_nothing_else_of_the_terminal() -> None:
    environment = python_environment(
        {
            "COURTLIST_LOG_LEVEL": "DEBUG",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4317",
            "AWS_SECRET": "x",
        }
    )
    assert environment["COURTLIST_LOG_LEVEL"] == "DEBUG"
    assert environment["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://collector:4317"
    assert "AWS_SECRET" not in environment


@pytest.mark.parametrize("partner", PARTNERS, ids=lambda one: one.name)
def test_a_partner_is_told_where_to_listen_and_nothing_of_ours(partner: Service) -> None:
    around = replace(AROUND, addresses={partner.name: "127.0.0.1:20009"})
    assert settings_of(partner, around) == {
        "COURTLIST_LISTEN": "127.0.0.1:20009",
        "COURTLIST_TLS_CERTIFICATE": f"/partner/{partner.name}.pem",
    }


def test_a_field_is_every_program_that_has_a_law_of_its_own(tmp_path: Path) -> None:
    for name, files in {
        "lodging": ("__main__.py", "policy.py"),
        "engine": ("policy.py",),
        "registry": ("__main__.py",),
    }.items():
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).touch()
    assert field_names(tmp_path) == ("lodging",)
    assert {"travel", "hotel", "loan"} <= {field.name for field in FIELDS}
