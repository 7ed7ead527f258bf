"""The table covers exactly what is served: an RPC without a row cannot be called, and is found here."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from google.protobuf import descriptor, descriptor_pool
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

import courtlist
from authority.peer import PeerKind
from authority.table import (
    AUDITOR,
    CLERK,
    FIELDS,
    JUDGE,
    OPERATOR,
    PRESIDENT,
    REVIEWER,
    TABLE,
    Role,
    Scope,
    field_of,
    row_of,
)
from courtlist.ledger.v1 import change_pb2
from stack.layout import ours

Service = descriptor.ServiceDescriptor


def _services() -> Iterator[Service]:
    """Every service of every proto under services/courtlist, and those that come with every server."""
    for module in pkgutil.walk_packages(courtlist.__path__, "courtlist."):
        if module.name.endswith("_pb2"):
            yield from importlib.import_module(module.name).DESCRIPTOR.services_by_name.values()
    for ready_made in (health_pb2, reflection_pb2):
        yield from ready_made.DESCRIPTOR.services_by_name.values()


SERVICES = {service.full_name: service for service in _services()}
RPCS = {
    f"{service.full_name}/{method.name}": method
    for service in SERVICES.values()
    for method in service.methods
}


def test_the_protos_are_found() -> None:
    assert len(SERVICES) >= 12
    assert "courtlist.registry.v1.RegistryService/EnterListing" in RPCS


@pytest.mark.parametrize("rpc", RPCS)
def test_every_rpc_has_exactly_one_row(rpc: str) -> None:
    service, _, name = rpc.partition("/")
    row = row_of(service, name)
    assert row is not None, f"{rpc} has no row in services/authority/table.py: nobody may call it"
    words = [word for word in FIELDS if name.startswith(word)]
    assert (name in TABLE.get(service, {})) + (service not in TABLE and len(words)) == 1
    assert row.roles or row.peers


def test_every_row_is_of_an_rpc_that_exists() -> None:
    named = {f"{service}/{rpc}" for service, rows in TABLE.items() for rpc in rows}
    assert named <= set(RPCS)


@pytest.mark.parametrize("rpc", RPCS)
def test_a_row_that_names_a_field_names_one_of_the_request(rpc: str) -> None:
    service, _, name = rpc.partition("/")
    row = row_of(service, name)
    assert row is not None
    assert bool(row.names) == (row.scope is Scope.OWN_NAME)
    if row.names:
        field = RPCS[rpc].input_type.fields_by_name[row.names]
        assert field.type == descriptor.FieldDescriptor.TYPE_STRING
        assert row.peers == {PeerKind.SERVICE}


@pytest.mark.parametrize("rpc", RPCS)
def test_what_a_person_may_do_no_partner_or_service_may(rpc: str) -> None:
    row = row_of(*rpc.split("/"))
    assert row is not None
    assert not (row.roles and row.peers)


def test_a_field_of_its_own_is_asked_by_partners_only() -> None:
    for service in ours()[1:]:
        name = f"courtlist.{service.name}.v1.{service.name.capitalize()}Service"
        assert field_of(name) == service.name
        for method in SERVICES[name].methods:
            row = row_of(name, method.name)
            assert row is not None
            assert (row.peers, row.scope) == (frozenset({PeerKind.PARTNER}), Scope.OWN_FIELD)


@pytest.mark.parametrize(
    ("service", "rpc"),
    [
        ("courtlist.travel.v1.TravelService", "Export"),
        ("courtlist.travel.v1.TravelAdminService", "CheckPassenger"),
        ("courtlist.registry.v1.RegistryService", "CheckAll"),
        ("courtlist.registry.v1.Other", "EnterListing"),
        ("", ""),
        ("elsewhere.travel.v1.TravelService", "CheckPassenger"),
    ],
)
def test_what_has_no_row_is_nobodys(service: str, rpc: str) -> None:
    assert row_of(service, rpc) is None


def _may(rpc: str) -> frozenset[Role]:
    row = row_of(*rpc.split("/"))
    assert row is not None
    return row.roles


def test_operators_read_no_record_of_a_person() -> None:
    registry = "courtlist.registry.v1.RegistryService"
    imports = "courtlist.registry.v1.ImportService"
    for service in (registry, imports):
        for rpc in TABLE[service]:
            assert OPERATOR not in _may(f"{service}/{rpc}"), rpc
    assert OPERATOR not in _may("courtlist.restriction.v1.QueryService/ReadQueries")
    assert OPERATOR not in _may("courtlist.restriction.v1.QueryService/ListQueries")


def test_an_auditor_changes_nothing() -> None:
    reads = ("Get", "List", "Read")
    own_keys = {"EnrolKey", "RetireKey"}
    for service, rows in TABLE.items():
        for rpc, row in rows.items():
            if AUDITOR in row.roles and rpc not in own_keys:
                assert rpc.startswith(reads), f"{service}/{rpc}"


def test_what_is_signed_is_the_presidents_alone() -> None:
    for rpc in (
        "AdminService/SetGoLive",
        "ImportService/SignImport",
        "ImportService/UndoImport",
    ):
        assert _may(f"courtlist.registry.v1.{rpc}") == {PRESIDENT}


def test_clerks_record_and_end_nothing() -> None:
    registry = "courtlist.registry.v1.RegistryService"
    for rpc in (
        "EnterListing",
        "IssueOrder",
        "RecordRepayment",
        "PrepareBinding",
    ):
        assert _may(f"{registry}/{rpc}") == {CLERK, JUDGE, PRESIDENT}
    for rpc in ("EndListing", "RevokeListing", "LiftOrder"):
        assert _may(f"{registry}/{rpc}") == {JUDGE, PRESIDENT, REVIEWER}
    for rpc in (
        "UnbindDocument",
        "ReverseRepayment",
        "RecordActPerformed",
        "GrantPass",
        "CorrectListing",
    ):
        assert _may(f"{registry}/{rpc}") == {JUDGE, PRESIDENT}


def test_the_table_knows_every_role_there_is() -> None:
    known = {CLERK, JUDGE, PRESIDENT, REVIEWER, AUDITOR, OPERATOR}
    assert known == set(change_pb2.Role.values()) - {change_pb2.ROLE_UNSPECIFIED}


def test_the_descriptors_are_those_of_the_pool() -> None:
    pool = descriptor_pool.Default()
    for name in SERVICES:
        assert pool.FindServiceByName(name).full_name == name
