"""Whoever may not do it is told so, and who may; whoever is not believed is told why."""

import asyncio
import io
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from authority.peer import Peer, PeerKind
from certificates.folder import CertificateFolder
from cli.app import main
from stack.connections import OPERATOR_PEER
from stack.papers import Court, Papers, Person
from stack.supervisor import Stack
from tests.system.cli.cast import ANOTHER, COURT_FILE, REFUSING
from tests.system.cli.clerk import Clerk, written
from tests.system.cli.terminal import Terminal
from tests.system.courthouse import legal_today

pytestmark = pytest.mark.asyncio(loop_scope="session")

_ID = str(uuid4())
_DEBTOR = Person(90)
_NUMBER = ("--number", "-")
_WHY = ("--reasons", "x")
_PARTNER = ("partners", "enrol", "x", "--name", "y", "--field", "travel")
_HEAD = ("ledger", "announce-restore", "--expected-head", "x:1")
_OWED = ("repay", "--obligation", _ID, "--amount", "1", "--receipt", "R-1")
_COURT = """
[[courts]]
code = "{court.code}"
name = "{court.name}"
contact = "{court.contact}"
"""
_OFFICER = """
[[courts.officers]]
person = "{person}"
name = "测试人员"
role = "{role}"
"""

_JUDGES = (
    ("end", _ID, "--cause", "performed", *_WHY),
    ("lift", _ID, "--cause", "performed", *_WHY),
    ("reverse", _ID, *_WHY),
    ("performed", "--obligation", _ID, "--evidence", "x"),
    ("unbind", _ID, *_WHY),
    ("correct", _ID, "--etag", "x", *_WHY),
    ("close-task", _ID, *_WHY),
    ("pass", "withdraw", _ID, *_WHY),
    ("ledger", "settle", _ID, "--uphold", *_WHY),
)
_READS = (
    ("standing", *_NUMBER),
    ("tasks",),
    ("search", "--case", REFUSING.case(1)),
    ("show", "listing", _ID),
)
_RECORDS = (
    _OWED,
    ("statement", "--obligation", _ID, "--sum", "1", "--good-until", "+1", "--payee", "x"),
    ("bind", "--subject", _ID, "--evidence", "x", *_NUMBER, "--prepare"),
)
_OPERATES = (
    _PARTNER,
    _HEAD,
    ("epochs", "open", "2"),
    ("partners", "rate", "x", "--stars", "1", "--from", "today", "--to", "+1", "--evidence", "x"),
)
_IMPORTS = (("import", "list"), ("complete", _ID, "1", "--show"))
_LOG = ("queries", "read", "--field", "travel")
_TOLD = ("queries", "of", "--field", "travel", "--reference", "x", *_NUMBER)

# Who may not do what.
_REFUSED: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    ("clerk", (*_JUDGES, *_OPERATES, ("go-live", "today"), ("import", "undo", _ID, *_WHY), _LOG)),
    ("judge", (*_OPERATES, ("go-live", "today"), _LOG, ("epochs", "show"))),
    ("president", (*_OPERATES, _LOG)),
    ("reviewer", (*_RECORDS, *_OPERATES, *_IMPORTS, _LOG, _TOLD, *_JUDGES[2:])),
    ("auditor", (*_READS, *_RECORDS, *_JUDGES, *_OPERATES, *_IMPORTS, _TOLD)),
    ("operator", (*_READS, *_RECORDS, *_JUDGES, *_IMPORTS, _LOG, _TOLD, ("go-live", "today"))),
)
_MAY_NOT = 5


@dataclass(frozen=True)
class Desk:
    """Types lines in this process; each is one object of JSON on stdout and nothing else."""

    profile: Path
    number: str
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    async def says(self, *arguments: str, role: str = "operator", court: Court = REFUSING) -> Any:
        """What is printed; its exit code is the object's own."""
        office = () if role == "operator" else ("--as", getattr(court, role))
        self.monkeypatch.setattr("sys.stdin", io.StringIO(self.number))
        code = await asyncio.to_thread(
            main, (*arguments, *office, "--json"), {"COURTLIST_PROFILE": str(self.profile)}
        )
        said = self.capsys.readouterr()
        assert (said.err, said.out.count("\n")) == ("", 1)
        told = json.loads(said.out)
        assert code == told.get("error", {}).get("exitCode", 0)
        return told

    async def error(self, *arguments: str, role: str = "operator", court: Court = REFUSING) -> Any:
        """The error, which names the reason and the next step, and nobody."""
        told = await self.says(*arguments, role=role, court=court)
        error = told["error"]
        assert error["message"], arguments
        assert error["nextStep"], arguments
        for secret in (_DEBTOR.resident_id.number, _DEBTOR.name, "PRIVATE"):
            assert secret not in str(told)
        return error


def _file(court: Court) -> str:
    """The court in the file of `init`, with somebody in every role."""
    roles = ("clerk", "judge", "reviewer", "auditor", "president")
    officers = (_OFFICER.format(person=getattr(court, role), role=role) for role in roles)
    return _COURT.format(court=court) + "".join(officers)


@pytest.fixture
async def desk(
    terminal: Terminal, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """Where two courts are enrolled."""
    monkeypatch.chdir(terminal.folder)
    monkeypatch.setattr("cli.client._BACKOFF_S", 0.001)
    found = Desk(terminal.profile, _DEBTOR.resident_id.number, capsys, monkeypatch)
    (terminal.folder / "courts.toml").write_text(COURT_FILE.format(court=ANOTHER) + _file(REFUSING))
    await found.says("init", "courts.toml")
    return found


@pytest.mark.slow
async def test_whoever_may_not_do_it_is_told_who_may(desk: Desk) -> None:
    for role, lines in _REFUSED:
        for line in lines:
            error = await desk.error(*line, role=role)
            assert error["exitCode"] == _MAY_NOT, (role, line, error)
            assert error["reason"] in {"ROLE_REFUSED", "PEER_REFUSED"}, (role, line, error)
            assert error["metadata"].keys() & {"roles", "peers"}


@pytest.mark.slow
async def test_another_courts_people_and_a_second_person_who_is_the_first_are_refused(
    desk: Desk, terminal: Terminal
) -> None:
    entered = await Clerk(terminal, REFUSING, legal_today()).enter(_DEBTOR, serial=90)
    order, listing = entered["order"]["orderId"], entered["listing"]
    owed = ("repay", "--obligation", listing["obligationId"], "--amount", "1", "--receipt", "R-1")
    for role, line in (
        ("judge", ("lift", order, "--cause", "performed", *_WHY)),
        ("judge", ("end", listing["listingId"], "--cause", "performed", *_WHY)),
        ("clerk", owed),
    ):
        error = await desk.error(*line, role=role, court=ANOTHER)
        assert (error["exitCode"], error["reason"]) == (_MAY_NOT, "COURT_REFUSED")
    bind = ("bind", "--subject", listing["subjectId"], "--evidence", "x", *_NUMBER)
    passport = ("--kind", "passport", "--state", "CHN")
    desk = replace(desk, number=_DEBTOR.passport.number)
    prepared = await desk.says(*bind, *passport, "--prepare", role="clerk")
    again = ("--preparation", prepared["preparationId"])
    error = await desk.error(*bind, *passport, *again, role="clerk")
    assert (error["exitCode"], error["reason"]) == (_MAY_NOT, "SAME_PERSON")
    # the receipt of a repayment that came in is not recorded twice, nor is one too precise
    await desk.says(*owed, role="clerk")
    error = await desk.error(*owed, role="clerk")
    assert (error["exitCode"], error["reason"]) == (1, "PAYMENT_TAKEN")
    assert error["metadata"]["repayment_id"]


_CASES = {
    "（1899）鲁0199执1号": "CASE_NUMBER_UNPARSED",
    "鲁0199执1号": "CASE_NUMBER_UNPARSED",
    "（2025）鲁0199执零号": "CASE_NUMBER_UNPARSED",
    "1" * 65_536: "CASE_NUMBER_UNPARSED",
    "\x1b[2J": "CASE_NUMBER_UNPARSED",
    "（2025）粤0199执1号": "CASE_REFUSED",
    "（2025）鲁9999执1号": "CASE_REFUSED",
    "（2025）鲁0199民初1号": "CASE_REFUSED",
    "(2025)鲁0199执1号": "",
    "［２０２５］鲁0199执1号": "",
    "\u202e（2025）鲁0199执1号": "",
}


def _paper(number: str) -> str:
    """A paper with this case number, in a file."""
    made = Papers.of(REFUSING, today=legal_today()).entry(
        request_id="", subject=Person(91).subject, case_number=REFUSING.case(1)
    )
    data = written(made)
    data["case"]["number"] = number
    Path("debtor.json").write_text(json.dumps(data))
    return "debtor.json"


@pytest.mark.slow
async def test_a_case_number_is_read_or_its_field_is_named(desk: Desk) -> None:
    for number, reason in _CASES.items():
        # It is not signed yet, so that it is refused for that alone where it can be read.
        error = await desk.error("enter", _paper(number), "--validate-only", role="clerk")
        wrong = {one["field"]: one for one in error["problems"]}
        assert wrong.pop("case.number", {}).get("reason", "") == reason, number[:40]
        assert error["exitCode"] == (2 if reason == "CASE_NUMBER_UNPARSED" else 1)
        assert reason or set(wrong) == {"signature"}, wrong


@pytest.mark.slow
async def test_whoever_is_not_believed_is_told_why(
    desk: Desk, own_system: Stack, tmp_path: Path
) -> None:
    """By a certificate that has run out, of another CA, beside a trust of another, or without a key."""
    domain = own_system.proofs.transport_of(OPERATOR_PEER).trust_domain
    peer = Peer(PeerKind.COURT, REFUSING.code)
    past = datetime.now(UTC) - timedelta(days=400)
    old = CertificateFolder(tmp_path / "old", trust_domain=domain, now=past)
    other = CertificateFolder(tmp_path / "other", trust_domain=domain)
    for one in (old, other):
        one.ensure(peer)
    own = own_system.proofs.transport_of(peer).files
    assert own is not None

    async def told(*changes: tuple[object, object]) -> Any:
        text = desk.profile.read_text()
        for before, after in changes:
            text = text.replace(str(before), str(after))
        path = tmp_path / "p.toml"
        path.write_text(text)
        return await replace(desk, profile=path).error("tasks", role="clerk")

    def shown(folder: CertificateFolder) -> tuple[tuple[object, object], ...]:
        pair = folder.pair_of(peer)
        return (own.certificate, pair.certificate), (own.key, pair.key)

    ended = await told(*shown(old))
    assert (ended["exitCode"], "ran out" in ended["message"]) == (2, True)
    assert "certificates show" in ended["nextStep"]
    borrowed = await told(*shown(other))
    assert borrowed["exitCode"] == 3
    assert "certificates show" in borrowed["nextStep"]
    stranger = await told((own.trust, other.trust))
    assert (stranger["exitCode"], "certificates" in stranger["message"]) == (3, True)
    abroad = await told((domain, "elsewhere.example"))
    assert (abroad["exitCode"], "another process" in abroad["message"]) == (3, True)
    keyless = await told(("assertion_key", "# assertion_key"))
    assert (keyless["exitCode"], "keys new" in keyless["nextStep"]) == (2, True)
