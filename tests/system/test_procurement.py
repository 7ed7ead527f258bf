"""A company that tenders: told as LISTED while the listing stands, and no longer when it has paid."""

import grpc
import pytest

from authority.peer import Peer, PeerKind
from courtlist.identity.v1 import document_pb2
from courtlist.procurement.v1 import procurement_service_pb2 as procurement
from courtlist.procurement.v1.procurement_service_pb2_grpc import ProcurementServiceStub
from courtlist.registry.v1 import subject_pb2
from courtlist.restriction.v1 import advice_pb2
from stack.supervisor import Stack
from tests.builders import uscc
from tests.eventually import eventually
from tests.patience import PATIENT_CALLS
from tests.system.courthouse import Courthouse, gate_knows

pytestmark = pytest.mark.asyncio(loop_scope="session")

COMPANY = document_pb2.Document(
    kind=document_pb2.DOCUMENT_KIND_USCC, issuing_state="CHN", number=uscc(77)
)
# As whom it is asked.
BUYER = Peer(PeerKind.PARTNER, "tenders-1")


async def _assess(channel: grpc.aio.Channel) -> advice_pb2.Advice:
    reply = await ProcurementServiceStub(channel).AssessTenderer(
        procurement.AssessTendererRequest(
            document=COMPANY,
            stage=procurement.STAGE_TENDER,
            purpose=procurement.PURPOSE_ASSESSMENT,
        )
    )
    advice: advice_pb2.Advice = reply.advice
    return advice


async def test_a_company_is_listed_for_a_tender_until_it_has_paid(
    system: Stack, court: Courthouse
) -> None:
    company = subject_pb2.Subject(
        kind=subject_pb2.SUBJECT_KIND_ORGANISATION,
        name="示例有限公司",
        documents=[COMPANY],
        legal_representative="测试代表",
    )
    await court.registry.enrol_partner(BUYER.name, "procurement")
    async with system.connections.to("procurement", PATIENT_CALLS, own=BUYER) as channel:
        await gate_knows(lambda: _assess(channel))
        entered = await court.enter(company)

        async def is_listed() -> bool:
            return (await _assess(channel)).answer == advice_pb2.ADVICE_ANSWER_LISTED

        await eventually(is_listed)
        (entry,) = (await _assess(channel)).entries
        assert entry.legal_basis == "LP Art 1(1), Art 8"
        assert entry.listing_id == entered.listing.listing_id
        await court.pay_off(entered.listing.obligation_id)
        advice = await _assess(channel)
        assert advice.answer == advice_pb2.ADVICE_ANSWER_NOT_LISTED
        assert not advice.entries
