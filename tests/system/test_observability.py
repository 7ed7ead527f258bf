"""What operators see of the whole system: metrics, traces, logs and ProcessService of each process.

One story is played on a system of its own that sends traces; then everything it has shown is read.
"""

import base64
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families

from authority.peer import Peer, PeerKind
from chassis.version import VERSION
from courtlist.process.v1 import process_service_pb2 as process_pb2
from courtlist.process.v1 import process_service_pb2_grpc
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.restriction.v1 import restriction_pb2 as restriction
from courtlist.travel.v1 import travel_service_pb2 as travel
from document import digest, parse
from restriction.keyring import parse_keyring
from stack.desks import FrontDesk, Lender
from stack.folders import DataFolder
from stack.layout import IMPORTER, PARTNERS, ours
from stack.office import Registry, TicketOffice, flight
from stack.papers import Court, Person, day
from stack.supervisor import Stack
from tests.eventually import eventually
from tests.fakes.collector import Collector, collecting
from tests.patience import PATIENT, PATIENT_CALLS
from tests.system.courthouse import (
    Courthouse,
    gate_has_read,
    gate_knows,
    gate_refuses,
    legal_today,
)
from tests.system.metrics import text_of
from tests.system.register import have_judged

COURT = Court("晋0199", "示例市第五人民法院", "0351-0000 0005")
DEBTOR, STRANGER, UNLUCKY = Person(7_000_001), Person(7_000_002), Person(7_000_003)
IMPORTED = tuple(Person(7_000_010 + number) for number in range(3))
NOBODY = Person(7_000_009).resident_id
# Who is pushed to, and one that hangs beside it.
INNS, RAILS = (Peer(PeerKind.PARTNER, name) for name in ("demo-copy", "demo-hang"))
EVERYBODY = (DEBTOR, STRANGER, UNLUCKY, *IMPORTED)
TEXTS = ("测试", "案款专户", "出入境管理局复函", "担保", "证件号码录入有误")


@dataclass(frozen=True, kw_only=True)
class Watched:
    """The system after the story."""

    stack: Stack
    collector: Collector
    trace_id: str
    unread: tuple[str, ...]

    async def metrics(self, service: str) -> dict[str, dict[tuple[str, ...], float]]:
        """Values by name of sample, then by its labels in order of their names."""
        found: dict[str, dict[tuple[str, ...], float]] = {}
        for family in text_string_to_metric_families(await text_of(self.stack, service)):
            for sample in family.samples:
                found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched() -> AsyncIterator[Watched]:
    folder = DataFolder.temporary()
    try:
        async with collecting() as (collector, endpoint):
            environment = {
                **PATIENT,
                "COURTLIST_LOG_LEVEL": "DEBUG",
                "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
                "OTEL_BSP_SCHEDULE_DELAY": "100",
            }
            layout = (*ours(), IMPORTER, *PARTNERS)
            async with Stack(
                folder=folder, environment=environment, durable=False, layout=layout
            ) as stack:
                trace_id = await play(stack)
                unread = tuple(secret_words(folder))
                yield Watched(stack=stack, collector=collector, trace_id=trace_id, unread=unread)
    finally:
        folder.close()


async def play(stack: Stack) -> str:
    """Enter, ask everywhere, err, pay; returns the trace id under which a refusal was asked for."""
    tomorrow = legal_today() + timedelta(days=1)
    async with (
        stack.connections.to("registry", PATIENT_CALLS) as registry,
        stack.connections.to("travel", PATIENT_CALLS, own=RAILS) as rails,
        stack.connections.to("hotel", PATIENT_CALLS) as inns,
        stack.connections.to("loan", PATIENT_CALLS) as banks,
    ):
        court = await Courthouse(registry=Registry.over(registry), court=COURT).open()
        for peer in (INNS, RAILS):
            await court.registry.enrol_partner(
                peer.name, "travel", "hotel", push_address=stack.addresses[peer.name]
            )
        await court.registry.enrol_partner("bank", "loan")
        office = TicketOffice.over(rails, tomorrow)
        desk, lender = FrontDesk.over(inns, INNS.name, tomorrow), Lender.over(banks, "bank")
        for ask in (lambda: office.check(NOBODY, flight()), lambda: desk.check(NOBODY, "")):
            await gate_knows(ask)
        await gate_knows(lambda: lender.assess(NOBODY))
        entered = await court.enter(DEBTOR.subject)
        bound = await court.bind(entered.listing.subject_id, DEBTOR.passport)
        await gate_refuses(office, DEBTOR.passport)
        for document in (DEBTOR.resident_id, STRANGER.resident_id, STRANGER.passport):
            await office.check(document, flight())
            await desk.check(document, "")
            await lender.assess(document)
        trace_id = secrets.token_hex(16)
        refused = await office.gate.CheckPassenger(
            check_of(DEBTOR, tomorrow),
            metadata=(("traceparent", f"00-{trace_id}-{secrets.token_hex(8)}-01"),),
        )
        assert refused.decision.answer == restriction.ANSWER_RESTRICTED
        await err(court, office)
        judged = await have_judged(registry, court, IMPORTED)
        assert judged.record_count == len(IMPORTED)
        await court.unbind(bound.document.document_id)
        paid = await court.pay_off(entered.listing.obligation_id)
        await gate_has_read(office, paid.position)
        assert (await office.check(DEBTOR.resident_id, flight())).answer == (
            restriction.ANSWER_CLEAR
        )
    return trace_id


def check_of(person: Person, travel_date: Any) -> travel.CheckPassengerRequest:
    return travel.CheckPassengerRequest(
        document=person.resident_id,
        product=flight(),
        travel_date=day(travel_date),
        purpose=travel.PURPOSE_ORDER,
    )


async def err(court: Courthouse, office: TicketOffice) -> None:
    """Everything that is answered with an error, or with a warning in a log, about somebody."""
    wrong = UNLUCKY.resident_id
    wrong.number = f"{wrong.number[:-1]}{'0' if wrong.number[-1] != '0' else '1'}"
    assert (await office.check(wrong, flight())).reason == restriction.REASON_DOCUMENT_INVALID
    unsigned = court.entry(UNLUCKY.subject)
    unsigned.ClearField("decision")
    with pytest.raises(Exception, match="decision"):
        await court.registry.courts.EnterListing(unsigned, metadata=court.clerk)
    with pytest.raises(Exception, match=r"\bmay\b|role|judge"):
        await court.registry.courts.LiftOrder(
            rpc.LiftOrderRequest(request_id=UNLUCKY.name, reasons=UNLUCKY.name),
            metadata=court.clerk,
        )


def secret_words(folder: DataFolder) -> Iterator[str]:
    """Numbers and digests of everybody in the story, as they are and as a log would escape them."""
    keys = parse_keyring((folder.path / "keys" / "gate.keyring.json").read_bytes()).digest_keys
    for person in EVERYBODY:
        yield person.name
        for kind, given in (("RESIDENT_ID", person.resident_id), ("PASSPORT", person.passport)):
            yield given.number
            for key in keys:
                value = digest(parse(kind, given.issuing_state, given.number, legal_today()), key)
                yield from (value.hex(), base64.b64encode(value).decode())
    for text in TEXTS:
        yield from (text, json.dumps(text).strip('"'))


async def test_no_metric_trace_or_log_names_anybody(watched: Watched) -> None:
    shown = {
        f"metrics of {name}": await text_of(watched.stack, name) for name in watched.stack.metrics
    }
    await eventually(lambda: len(watched.collector.spans) > 10)
    shown["traces"] = b"".join(watched.collector.exports).decode(errors="replace")
    for path in (watched.stack.folder.path / "logs").iterdir():
        shown[path.name] = path.read_text(encoding="utf-8", errors="replace")
    processes = watched.stack.addresses
    assert {f"{name}.log" for name in processes} <= shown.keys()
    assert len(processes) == len(ours()) + 3
    for where, text in shown.items():
        found = [word for word in watched.unread if word in text]
        assert not found, f"{where} holds {len(found)} words that name somebody"


async def test_every_process_counts_its_calls(watched: Watched) -> None:
    count = "courtlist_rpc_duration_seconds_count"
    registry = (await watched.metrics("registry"))[count]
    assert registry["courtlist.registry.v1.RegistryService/EnterListing", "OK"] == 1
    assert registry["courtlist.registry.v1.RegistryService/EnterListing", "INVALID_ARGUMENT"] == 1
    for service, method in (
        ("travel", "courtlist.travel.v1.TravelService/CheckPassenger"),
        ("hotel", "courtlist.hotel.v1.HotelService/CheckGuest"),
        ("loan", "courtlist.loan.v1.LoanService/AssessApplicant"),
    ):
        assert (await watched.metrics(service))[count][method, "OK"] >= 3


async def test_clear_checks_are_counted_though_their_lines_are_not_written(
    watched: Watched,
) -> None:
    decided = (await watched.metrics("travel"))["courtlist_checks_decided_total"]
    assert decided["CLEAR", "INDEX", "NONE"] >= 2
    assert decided["RESTRICTED", "REGISTRY", "BARRED"] >= 2
    assert decided["UNDETERMINED", "RULE", "DOCUMENT_INVALID"] == 1


async def test_a_lift_is_timed_in_every_gate_that_held_what_ended(watched: Watched) -> None:
    for service in ("travel", "hotel", "loan"):

        async def timed(service: str = service) -> bool:
            return (await watched.metrics(service))["courtlist_lift_to_clear_seconds_count"][
                ()
            ] >= 1

        await eventually(timed)
        shown = await watched.metrics(service)
        assert shown["courtlist_lift_to_clear_seconds_sum"][()] < 15
        assert shown["courtlist_index_age_seconds"][()] < 15


async def test_head_lag_cache_and_clocks_are_shown(watched: Watched) -> None:
    async def level() -> bool:
        shown = await watched.metrics("registry")
        lags = shown.get("courtlist_follower_lag_positions", {})
        return {("travel",), ("hotel",), ("loan",)} <= lags.keys() and not any(lags.values())

    await eventually(level)
    registry, gate = await watched.metrics("registry"), await watched.metrics("travel")
    assert registry["courtlist_ledger_head"][()] == gate["courtlist_ledger_position"][()] > 0
    assert not any(registry["courtlist_follower_lag_seconds"].values())
    assert max(registry["courtlist_follower_silent_seconds"].values()) < 30
    assert {"hit", "miss", "fault", "skipped"} == {
        outcome for (outcome,) in registry["courtlist_cache_reads_total"]
    }
    for shown in (registry, gate):
        assert abs(shown["courtlist_clock_offset_seconds"][()]) < 5


async def test_each_partner_is_shown_by_itself_and_the_one_that_hangs_as_failing(
    watched: Watched,
) -> None:
    async def told_apart() -> bool:
        shown = await watched.metrics("travel")
        lag, failing_s = shown["courtlist_partner_lag"], shown["courtlist_partner_failing_seconds"]
        return (
            lag[INNS.name,]
            == failing_s[INNS.name,]
            == 0
            < min(lag[RAILS.name,], failing_s[RAILS.name,])
        )

    await eventually(told_apart)


async def test_the_importer_shows_what_it_has_done(watched: Watched) -> None:
    steps = (await watched.metrics("importer"))["courtlist_import_steps_total"]
    assert steps["judged",] >= 1
    assert steps["kept",] >= 1


async def test_a_confirmation_joins_the_trace_of_its_check(watched: Watched) -> None:
    def joined() -> bool:
        return (
            len([one for one in watched.collector.spans if one.trace_id == watched.trace_id]) >= 2
        )

    await eventually(joined)
    spans = {one.name: one for one in watched.collector.spans if one.trace_id == watched.trace_id}
    check = spans["courtlist.travel.v1.TravelService/CheckPassenger"]
    confirmation = spans["courtlist.ledger.v1.LedgerService/ConfirmStanding"]
    assert (check.service, confirmation.service) == ("courtlist-travel", "courtlist-registry")
    assert confirmation.parent_id == check.span_id


async def test_a_line_says_in_which_trace_its_call_was(watched: Watched) -> None:
    log = (watched.stack.folder.path / "logs" / "travel.log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in log.splitlines() if watched.trace_id in line]
    assert [line["method"] for line in lines if line["event"] == "call"] == [
        "/courtlist.travel.v1.TravelService/CheckPassenger"
    ]


async def test_every_process_tells_how_it_is(watched: Watched) -> None:
    answers: dict[str, process_pb2.GetProcessResponse] = {}
    for name in watched.stack.addresses:
        async with watched.stack.connections.to(name) as channel:
            stub: Any = process_service_pb2_grpc.ProcessServiceStub(channel)
            answers[name] = await stub.GetProcess(process_pb2.GetProcessRequest())
    for answer in answers.values():
        assert answer.version == VERSION
        assert answer.started_time.ToDatetime() < answer.now_time.ToDatetime()
        assert {one.check: one.serving for one in answer.checks}["ready"]
    registry = answers["registry"].ledger
    assert registry.position == registry.head > 0
    for name in ("travel", "hotel", "loan"):
        ledger = answers[name].ledger
        assert (ledger.incarnation, ledger.position) == (registry.incarnation, registry.head)
