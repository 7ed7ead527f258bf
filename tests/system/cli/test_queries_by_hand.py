"""Who asked about whom: told to the person concerned by her court, read by an auditor, and by nobody else."""

import grpc
import pytest

from authority.peer import Peer, PeerKind
from chassis.wire.status import parse
from courtlist.restriction.v1 import query_service_pb2 as pb
from courtlist.restriction.v1.query_service_pb2_grpc import QueryServiceStub
from stack.papers import Person
from stack.supervisor import Stack
from tests.eventually import eventually
from tests.patience import PATIENT_CALLS
from tests.system.cli.cast import ASKED as _COURT
from tests.system.cli.cast import PARTNERS
from tests.system.cli.clerk import NOT_ALLOWED, Clerk, travels, until
from tests.system.cli.terminal import Answer, Terminal
from tests.system.courthouse import legal_today

pytestmark = pytest.mark.asyncio(loop_scope="session")

_RAIL = PARTNERS[0]
_INIT = f"""
[[courts]]
code = "{_COURT.code}"
name = "{_COURT.name}"
contact = "{_COURT.contact}"
officers = [
  {{ person = "{_COURT.clerk}", name = "测试书记员", role = "clerk" }},
  {{ person = "{_COURT.judge}", name = "测试法官", role = "judge" }},
  {{ person = "{_COURT.auditor}", name = "测试督察", role = "auditor" }},
  {{ person = "{_COURT.president}", name = "测试院长", role = "president" }},
]
[[partners]]
id = "{_RAIL}"
name = "示例伙伴"
fields = ["travel"]
"""
_FLIGHT = ("--flight", "--on", "+5")


async def _queries(terminal: Terminal, *asked: str, given: str = "") -> Answer:
    return await terminal.run("queries", asked[0], "--field", "travel", *asked[1:], given=given)


async def _refused(terminal: Terminal, *asked: str, given: str = "") -> str:
    """The reason; nothing of the log is answered with it."""
    answer = await _queries(terminal, *asked, given=given)
    assert answer.code == NOT_ALLOWED, answer
    return str(answer.data["error"]["reason"])


@pytest.mark.slow
async def test_a_court_tells_a_person_who_asked_and_only_auditors_read_the_log(
    own_system: Stack, terminal: Terminal
) -> None:
    (terminal.folder / "asked.toml").write_text(_INIT)
    await terminal.done("init", "asked.toml")
    house, debtor = Clerk(terminal, _COURT, legal_today()), Person(60).resident_id.number
    auditor = terminal.acting(_COURT.auditor, "auditor", _COURT.code)
    await house.enter(Person(60), serial=60)
    await until(terminal, debtor, "RESTRICTED by 1")
    assert await travels(terminal, Person(61).resident_id.number, *_FLIGHT) == "CLEAR"
    of = ("of", "--number", "-", "--reference", "(2026)查1号")

    # the person concerned, through her court: who, for what, when; that she was told is a row itself
    told = (await _queries(house.clerk, *of, given=debtor)).data["queries"]
    assert {(one["partnerId"], one["purpose"]) for one in told} == {(_RAIL, "ORDER")}
    assert told[0]["answer"] == "RESTRICTED"
    again = (await _queries(house.judge, *of, given=debtor)).data["queries"]
    assert again[0]["partnerId"] == f"court/{_COURT.code}"
    assert len(again) == len(told) + 1
    stranger = await _queries(house.clerk, *of, given=Person(61).resident_id.number)
    assert stranger.data.get("queries", []) == []

    # an auditor reads the log, which names nobody, and the counts
    read = (await _queries(auditor, "read", "--of-partner", _RAIL)).lines
    assert {one["decisionId"] for one in told} <= {one["decisionId"] for one in read}

    async def counted() -> bool:
        counts = (await _queries(auditor, "counts")).data.get("counts", [])
        return {"RESTRICTED", "CLEAR"} <= {
            one["answer"] for one in counts if one["partnerId"] == _RAIL
        }

    await eventually(counted)
    assert (await _queries(terminal, "counts")).code == 0

    # nobody else
    assert await _refused(house.clerk, "read") == "ROLE_REFUSED"
    assert await _refused(auditor, *of, given=debtor) == "ROLE_REFUSED"
    assert await _refused(terminal, "read") == "PEER_REFUSED"
    assert await _refused(terminal, *of, given=debtor) == "PEER_REFUSED"
    own = Peer(PeerKind.PARTNER, _RAIL)
    async with own_system.connections.to("travel", PATIENT_CALLS, own=own) as channel:
        stub = QueryServiceStub(channel)
        for asked in (
            stub.ReadQueries(pb.ReadQueriesRequest(partner_id=_RAIL)),
            stub.ReadQueryCounts(pb.ReadQueryCountsRequest()),
            stub.ListQueries(pb.ListQueriesRequest(document=Person(60).resident_id)),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await asked
            assert parse(refused.value).reason_name == "PEER_REFUSED"
