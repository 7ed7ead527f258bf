"""What a command does when a service hesitates, refuses or is not there: over a real channel."""

import json
from pathlib import Path
from typing import Any, cast

import grpc
import pytest

from chassis.errors import FieldViolation
from courtlist.registry.v1 import admin_service_pb2 as admin
from courtlist.registry.v1 import admin_service_pb2_grpc, import_service_pb2_grpc
from courtlist.registry.v1 import import_service_pb2 as imports
from stack.ports import free_port
from tests.integration.cli.doubles import (
    REPAY,
    Court,
    Double,
    abort,
    error,
    profile_of,
    repaid,
    run,
    serving,
)


async def test_an_outage_that_passes_is_waited_out_with_one_request_id(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    court = Court(error("STORE_UNAVAILABLE"), error("DRAINING"), error("OVERLOADED"))
    assert await repaid(court, tmp_path) == 0
    assert len(court.requests) == 4
    assert len({one.request_id for one in court.requests}) == 1
    assert "order-1" in capsys.readouterr().out
    assert court.metadata["courtlist-person"] == "clerk-1"
    assert court.metadata["courtlist-court-bin"] == "京0199".encode()


async def test_an_outcome_that_stays_unknown_names_the_id_and_the_id_can_be_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    court = Court(*[error("OUTCOME_UNKNOWN", retry_after_s=0.01)] * 5)
    assert await repaid(court, tmp_path) == 7
    request_id = court.requests[0].request_id
    assert f"--request-id {request_id}" in capsys.readouterr().out
    again = Court()
    assert await repaid(again, tmp_path, "--request-id", request_id) == 0
    assert [one.request_id for one in again.requests] == [request_id]


@pytest.mark.parametrize(
    ("reason", "code"),
    [("UNLAWFUL", 1), ("INVALID_REQUEST", 2), ("NOT_FOUND", 4), ("ROLE_REFUSED", 5)],
)
async def test_a_refusal_is_never_repeated(
    reason: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    violation = FieldViolation("amount", "AMOUNT_OUT_OF_RANGE", "give a sum")
    court = Court(error(reason, violations=[violation], metadata={"kind": "obligation"}))
    assert await repaid(court, tmp_path) == code
    assert len(court.requests) == 1
    said = capsys.readouterr().out
    for part in (reason, "said why", "amount", "give a sum", "obligation"):
        assert part in said


async def test_a_service_that_is_not_there_is_said_to_be_unreachable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = profile_of(tmp_path, free_port())
    assert await run(profile, *REPAY) == 3
    assert "make run" in capsys.readouterr().out
    assert await run(profile, "status", "--json") == 1
    assert '"fault": "does not answer"' in capsys.readouterr().out


class _Ledger(Double):
    """Knows its partners and when the court went live."""

    def __init__(self) -> None:
        self.enrolled: list[str] = []
        self.partners = [
            admin.Partner(partner_id="rail", name="x", checks_per_s=5, fields=["loan"])
        ]

    async def ListPartners(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return admin.ListPartnersResponse(partners=self.partners)

    async def EnrolPartner(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        self.partners = [
            admin.Partner(
                partner_id=request.partner_id,
                fields=request.fields,
                checks_per_s=request.checks_per_s,
            )
        ]
        return admin.EnrolPartnerResponse()

    async def ListOfficers(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return admin.ListOfficersResponse()

    async def EnrolOfficer(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return admin.EnrolOfficerResponse()

    async def EnrolCourt(self, request: Any, context: Any) -> Any:  # noqa: N802
        if request.court_code in self.enrolled:
            await abort(context, error("ALREADY_ENROLLED"))
        self.enrolled.append(request.court_code)
        return admin.EnrolCourtResponse()

    async def SetGoLive(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        await abort(context, error("GO_LIVE_SET", metadata={"go_live_on": "2025-01-01"}))


async def test_init_leaves_what_is_there_and_refuses_a_second_go_live_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def add(server: grpc.aio.Server) -> None:
        admin_service_pb2_grpc.add_AdminServiceServicer_to_server(cast("Any", _Ledger()), server)

    file = tmp_path / "courts.toml"
    court = '[[courts]]\ncode = "京0199"\nname = "x"\ncontact = "y"\n'
    go_live = '[courts.go_live]\nday = {day}\nsigned_by = "president-1"\n'
    async with serving(add, tmp_path) as profile:
        file.write_text(court + go_live.format(day="2025-01-01"))
        assert await run(profile, "init", str(file), "--json") == 0
        assert await run(profile, "init", str(file), "--json") == 0
        first, second = capsys.readouterr().out.splitlines()
        assert '"done"' in first
        assert second.count('"there already"') == 2
        file.write_text(court + go_live.format(day="2025-02-02"))
        assert await run(profile, "init", str(file), "--json") == 1


async def test_init_takes_nothing_back_of_what_was_agreed_with_a_partner(tmp_path: Path) -> None:
    ledger, file = _Ledger(), tmp_path / "partners.toml"

    def add(server: grpc.aio.Server) -> None:
        admin_service_pb2_grpc.add_AdminServiceServicer_to_server(cast("Any", ledger), server)

    file.write_text('[[partners]]\nid = "rail"\nname = "x"\nfields = ["travel"]\n')
    async with serving(add, tmp_path) as profile:
        assert await run(profile, "init", str(file), "--json") == 0
    [kept] = ledger.partners
    assert (list(kept.fields), kept.checks_per_s) == (["travel"], 5)


async def test_init_tells_what_it_did_beside_what_the_profile_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def add(server: grpc.aio.Server) -> None:
        admin_service_pb2_grpc.add_AdminServiceServicer_to_server(cast("Any", _Ledger()), server)

    file = tmp_path / "courts.toml"
    file.write_text(
        '[[courts]]\ncode = "京0199"\nname = "x"\ncontact = "y"\n'
        '[[courts.officers]]\nperson = "clerk-1"\nname = "x"\nrole = "clerk"\n'
    )
    async with serving(add, tmp_path) as profile:
        with profile.open("a") as more:
            more.write('[[people]]\nperson = "clerk-1"\nrole = "clerk"\ncourt = "京0199"\n')
            more.write('assertion_key = "gone.pem"\n')
        assert await run(profile, "init", str(file), "--json") == 2
    steps = json.loads(capsys.readouterr().out)["steps"]
    assert [(one["kind"], one["outcome"].partition(":")[0]) for one in steps] == [
        ("court", "done"),
        ("officer", "done"),
        ("key", "refused"),
    ]


class _Epochs(Double):
    """Opens, switches and closes."""

    async def OpenEpoch(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return admin.OpenEpochResponse()

    async def SwitchEpoch(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return admin.SwitchEpochResponse()

    async def CloseEpoch(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return admin.CloseEpochResponse()


@pytest.mark.parametrize("act", ["open", "switch", "close"])
async def test_an_act_that_cannot_be_tried_out_is_done_and_shown(
    act: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def add(server: grpc.aio.Server) -> None:
        admin_service_pb2_grpc.add_AdminServiceServicer_to_server(cast("Any", _Epochs()), server)

    async with serving(add, tmp_path) as profile:
        assert await run(profile, "epochs", act, "2", "--json") == 0
    assert json.loads(capsys.readouterr().out)["requestId"]


class _Register(Double):
    """Takes records, and loses the connection after the first batch."""

    def __init__(self) -> None:
        self.records: list[bytes] = []
        self.is_broken = True
        self.has_s = 0.0

    async def BeginImport(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        reply = imports.BeginImportResponse(found=bool(self.records))
        getattr(reply, "import").CopyFrom(self._import(request.record_count))
        return reply

    async def StageRecords(self, request: Any, context: Any) -> Any:  # noqa: N802
        if self.records and self.is_broken:
            await abort(context, error("INTERNAL_FAULT", metadata={"error_id": "e"}))
        assert request.first_record == len(self.records) + 1
        self.records += [one.raw for one in request.records]
        return imports.StageRecordsResponse(staged_count=len(self.records))

    async def PrepareImport(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        self.has_s = context.time_remaining()
        reply = imports.PrepareImportResponse()
        getattr(reply, "import").CopyFrom(self._import(len(self.records)))
        return reply

    async def GetImport(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        reply = imports.GetImportResponse()
        getattr(reply, "import").CopyFrom(self._import(len(self.records)))
        return reply

    def _import(self, count: int) -> imports.Import:
        return imports.Import(
            import_id="i-1",
            state=imports.IMPORT_STATE_STAGING,
            record_count=count,
            staged_count=len(self.records),
        )


async def test_a_broken_upload_goes_on_where_it_stopped(tmp_path: Path) -> None:
    register = _Register()

    def add(server: grpc.aio.Server) -> None:
        import_service_pb2_grpc.add_ImportServiceServicer_to_server(cast("Any", register), server)

    rows = [f'{{"n": {number}}}'.encode() for number in range(4_500)]
    file = tmp_path / "register.jsonl"
    file.write_bytes(b"\n".join(rows))
    async with serving(add, tmp_path) as profile:
        assert await run(profile, "import", "stage", str(file), "--json") == 6
        assert register.records == rows[:2000]
        register.is_broken = False
        assert await run(profile, "import", "stage", str(file), "--json") == 0
    assert register.records == rows


async def test_a_large_file_has_longer_to_be_compared_with_its_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.commands.imports._COMPARED_PER_S", 1)
    register = _Register()
    register.is_broken = False

    def add(server: grpc.aio.Server) -> None:
        import_service_pb2_grpc.add_ImportServiceServicer_to_server(cast("Any", register), server)

    file = tmp_path / "register.jsonl"
    file.write_bytes(b"".join(f'{{"n": {number}}}\n'.encode() for number in range(4_500)))
    async with serving(add, tmp_path) as profile:
        assert await run(profile, "import", "stage", str(file), "--prepare", "--json") == 0
    assert register.has_s > 4_500
