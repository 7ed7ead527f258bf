"""One table says who may do what; an act that it does not name is nobody's."""

import pytest

from chassis.errors import ServiceError
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.ledger.v1 import change_pb2 as pb
from courtlist.registry.v1 import registry_service_pb2
from registry.authority import AUTHORITY, READERS, require_reader, require_role
from registry.registrar import Actor

DECISIONS = {
    pb.ACT_UNBIND_DOCUMENT,
    pb.ACT_REVERSE_REPAYMENT,
    pb.ACT_RECORD_ACT_PERFORMED,
    pb.ACT_END_LISTING,
    pb.ACT_REVOKE_LISTING,
    pb.ACT_LIFT_ORDER,
    pb.ACT_SETTLE_ENDING,
    pb.ACT_GRANT_PASS,
    pb.ACT_WITHDRAW_PASS,
}
SIGNATURES = {
    pb.ACT_SET_GO_LIVE,
    pb.ACT_SIGN_IMPORT,
    pb.ACT_IMPORT_LISTING,
    pb.ACT_UNDO_IMPORT,
    pb.ACT_END_IMPORTED,
}
OPERATIONS = {
    pb.ACT_ENROL_COURT,
    pb.ACT_ENROL_OFFICER,
    pb.ACT_OPEN_INCARNATION,
    pb.ACT_REPORT_ENDINGS,
    pb.ACT_ENROL_PARTNER,
    pb.ACT_RETIRE_PARTNER,
    pb.ACT_RECORD_RATING,
}


# A write has a request_id; every other RPC of the service is a read.
READS = [
    rpc.name
    for rpc in registry_service_pb2.DESCRIPTOR.services_by_name["RegistryService"].methods
    if "request_id" not in rpc.input_type.fields_by_name
]

IMPORT_READS = ["GetImport", "ListImports", "ReadRows", "ReadSample", "ReadCompletion"]


def may_read(role: pb.Role.ValueType, rpc: str) -> bool:
    try:
        require_reader(rpc, Actor(person_id="somebody", role=role, court_code="京0199"))
    except ServiceError:
        return False
    return True


def may(role: pb.Role.ValueType, act: pb.Act.ValueType) -> bool:
    try:
        require_role(act, Actor(person_id="somebody", role=role, court_code="京0199"))
    except ServiceError:
        return False
    return True


@pytest.mark.parametrize("act", [one for one in pb.Act.values() if one], ids=pb.Act.Name)
def test_every_act_is_somebody_s(act: pb.Act.ValueType) -> None:
    assert any(may(role, act) for role in pb.Role.values())


@pytest.mark.parametrize("act", sorted(DECISIONS), ids=pb.Act.Name)
def test_a_clerk_decides_nothing(act: pb.Act.ValueType) -> None:
    assert [role for role in pb.Role.values() if may(role, act)] == [
        pb.ROLE_JUDGE,
        pb.ROLE_PRESIDENT,
    ]


@pytest.mark.parametrize("act", sorted(SIGNATURES), ids=pb.Act.Name)
def test_what_is_signed_is_the_president_s_alone(act: pb.Act.ValueType) -> None:
    assert [role for role in pb.Role.values() if may(role, act)] == [pb.ROLE_PRESIDENT]


@pytest.mark.parametrize("act", sorted(OPERATIONS), ids=pb.Act.Name)
def test_operations_are_the_operators_alone(act: pb.Act.ValueType) -> None:
    assert [role for role in pb.Role.values() if may(role, act)] == [pb.ROLE_OPERATOR]


@pytest.mark.parametrize("read", [*READS, *IMPORT_READS])
def test_records_are_read_by_court_roles_alone(read: str) -> None:
    assert [role for role in pb.Role.values() if may_read(role, read)] == [
        pb.ROLE_CLERK,
        pb.ROLE_JUDGE,
        pb.ROLE_PRESIDENT,
    ]


@pytest.mark.parametrize(
    "read", ["GetLedger", "ListUnsettledEndings", "ListPartners", "ReadLedger"]
)
def test_what_shows_no_person_is_the_operators_to_read_too(read: str) -> None:
    assert may_read(pb.ROLE_OPERATOR, read)
    assert may_read(pb.ROLE_JUDGE, read)


def test_a_read_that_the_table_does_not_name_is_nobody_s() -> None:
    assert "ReadEverything" not in READERS
    assert not any(may_read(role, "ReadEverything") for role in pb.Role.values())


def test_an_operator_writes_no_listing_and_no_order() -> None:
    theirs = {act for act in pb.Act.values() if may(pb.ROLE_OPERATOR, act)}
    assert theirs == OPERATIONS


def test_an_act_that_the_table_does_not_name_is_nobody_s() -> None:
    assert pb.ACT_UNSPECIFIED not in AUTHORITY
    assert not any(may(role, pb.ACT_UNSPECIFIED) for role in pb.Role.values())


def test_a_refusal_names_the_roles_that_may() -> None:
    clerk = Actor(person_id="somebody", role=pb.ROLE_CLERK, court_code="京0199")
    with pytest.raises(ServiceError) as caught:
        require_role(pb.ACT_END_LISTING, clerk)
    assert caught.value.reason == reasons.ERROR_REASON_ROLE_REFUSED
    assert caught.value.metadata == {"roles": "JUDGE,PRESIDENT"}
