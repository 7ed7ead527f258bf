"""The story of `make demo`, every line typed by hand."""

from datetime import timedelta

import pytest

from courtlist.ledger.v1 import change_pb2 as ledger
from stack.check_steps import STARRED, UNRATED, UNSTARRED
from stack.papers import Court, Person
from stack.story import BANK, CHAOYANG, HOTELS, PUDONG
from stack.supervisor import Stack
from tests.eventually import eventually
from tests.system.cli.cast import ANOTHER as _ANOTHER
from tests.system.cli.cast import COURT_FILE
from tests.system.cli.clerk import Clerk, borrows, stays, travels, until
from tests.system.cli.terminal import Terminal
from tests.system.courthouse import legal_today

pytestmark = pytest.mark.asyncio(loop_scope="session")

_RATING = """
[[partners.ratings]]
site_code = "{site}"
stars = {stars}
first_day = 2020-01-01
last_day = 2029-12-31
evidence_reference = "示例市旅游星级饭店名录"
"""


def _bootstrap(system: Stack, *courts: Court) -> str:
    """The file of `courtlist init`."""
    lines = [COURT_FILE.format(court=court) for court in courts]
    lines.append(f'[[partners]]\nid = "{HOTELS}"\nname = "示例酒店"\nfields = ["hotel"]')
    lines += [_RATING.format(site=STARRED, stars=5), _RATING.format(site=UNSTARRED, stars=0)]
    lines.append(f'[[partners]]\nid = "{BANK}"\nname = "示例银行"\nfields = ["loan"]')
    for partner in ("demo-copy", "demo-hang"):
        lines += [
            f'[[partners]]\nid = "{partner}"\nname = "示例伙伴"\nfields = ["travel"]',
            f'push_address = "{system.addresses[partner]}"',
        ]
    return "\n".join(lines)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_the_whole_story_can_be_played_by_hand(own_system: Stack, terminal: Terminal) -> None:
    (terminal.folder / "courts.toml").write_text(_bootstrap(own_system, CHAOYANG, PUDONG))
    first = Clerk(terminal, CHAOYANG, legal_today())
    second = Clerk(terminal, PUDONG, legal_today())
    debtor, stranger = Person(1).resident_id.number, Person(2).resident_id.number

    # two courts, a hotel chain, a bank, two partners who are pushed to
    steps = (await terminal.done("init", "courts.toml"))["steps"]
    assert {one["outcome"] for one in steps} == {"done"}
    again = (await terminal.done("init", "courts.toml"))["steps"]
    assert {one["outcome"] for one in again} == {"there already"}
    assert await travels(terminal, debtor, "--train", "G", "--seat", "second") == "CLEAR"
    assert await stays(terminal, debtor, HOTELS, STARRED) == "CLEAR"
    assert await borrows(terminal, debtor, BANK) == "NOT_LISTED 0/0"

    # a debtor is entered
    entered = await first.enter(Person(1), serial=1)
    await until(terminal, debtor, "RESTRICTED by 1")
    assert await travels(terminal, debtor, "--train", "G", "--seat", "second") == "RESTRICTED by 1"
    for train, seat, expected in (
        ("K", "hard-seat", "CLEAR"),
        ("K", "hard-sleeper", "CLEAR"),
        ("D", "second", "CLEAR"),
        ("K", "soft-sleeper", "RESTRICTED by 1"),
        ("D", "first", "RESTRICTED by 1"),
    ):
        assert await travels(terminal, debtor, "--train", train, "--seat", seat) == expected
    assert await stays(terminal, debtor, HOTELS, STARRED) == "RESTRICTED"
    assert await stays(terminal, debtor, HOTELS, UNSTARRED) == "CLEAR"
    assert await stays(terminal, debtor, HOTELS, UNRATED) == "UNDETERMINED"
    assert await borrows(terminal, debtor, BANK) == "LISTED 1/0"
    assert await travels(terminal, stranger, "--train", "G", "--seat", "second") == "CLEAR"
    assert await stays(terminal, stranger, HOTELS, STARRED) == "CLEAR"
    assert await borrows(terminal, stranger, BANK) == "NOT_LISTED 0/0"
    binding = (
        *("bind", "--subject", entered["listing"]["subjectId"], "--kind", "passport"),
        *("--state", "CHN", "--number", "-", "--evidence", "出入境管理局复函 1"),
    )
    passport_number = Person(1).passport.number
    prepared = await first.clerk.done(*binding, "--prepare", given=passport_number)
    bound = await first.judge.done(
        *binding, "--preparation", prepared["preparationId"], given=passport_number
    )
    assert bound["document"]["masked"].startswith("E0")
    passport = ("--kind", "passport", "--state", "CHN", "--flight", "--on", "+5")
    await eventually(lambda: _answers(terminal, passport, "RESTRICTED by 1"))

    # a name beside the number
    flight = ("--flight", "--on", "+5", "--name", "-")
    named, misnamed = (f"{debtor}\n{name}" for name in (Person(1).name, "测试路人"))
    assert await travels(terminal, named, *flight) == "RESTRICTED by 1"
    assert await travels(terminal, misnamed, *flight) == "UNDETERMINED"
    await eventually(lambda: _owes_a_look(first))
    [task_id] = await first.looks_owed()
    await first.judge.done("close-task", task_id, "--reasons", "证件照片与本人一致，绑定无误")
    assert await first.looks_owed() == []

    # an examination in another city
    granted = await first.grant(
        entered["order"]["orderId"], ledger.ITEM_TRANSPORT, first.today + timedelta(days=1)
    )
    assert granted["pass"]["items"] == ["TRANSPORT"]
    assert await travels(terminal, debtor, "--flight", "--on", "tomorrow") == "CLEAR"
    assert await travels(terminal, debtor, "--flight", "--on", "+5") == "RESTRICTED by 1"
    assert await stays(terminal, debtor, HOTELS, STARRED) == "RESTRICTED"

    # a second court
    other = await second.enter(Person(1), serial=7)
    await until(terminal, debtor, "RESTRICTED by 2")
    assert await travels(terminal, debtor, "--flight", "--on", "tomorrow") == "RESTRICTED by 1"
    assert await stays(terminal, debtor, HOTELS, STARRED) == "RESTRICTED"
    assert await borrows(terminal, debtor, BANK) == "LISTED 2/0"

    # the first debt is paid
    owed = entered["listing"]["obligationId"]
    await first.state(owed, 10_500)
    assert not (await first.repay(owed, 4_000, "R-1"))["liftedOrderIds"]
    assert await stays(terminal, debtor, HOTELS, STARRED) == "RESTRICTED"
    assert len((await first.repay(owed, 6_500, "R-2"))["liftedOrderIds"]) == 1
    assert await travels(terminal, debtor, "--flight", "--on", "+5") == "RESTRICTED by 1"
    assert await borrows(terminal, debtor, BANK) == "LISTED 1/1"

    # the second debt is paid
    owed = other["listing"]["obligationId"]
    await second.state(owed, 10_000)
    assert len((await second.repay(owed, 10_000, "R-1"))["liftedOrderIds"]) == 1
    assert await travels(terminal, debtor, "--flight", "--on", "+5") == "CLEAR"
    assert await stays(terminal, debtor, HOTELS, STARRED) == "CLEAR"
    assert await borrows(terminal, debtor, BANK) == "NOT_LISTED 0/2"
    assert await _answers(terminal, passport, "CLEAR")
    standing = await second.judge.done("standing", "--number", "-", given=debtor)
    assert (standing["listings"], standing["orders"]) == ([], [])
    await eventually(lambda: _has_applied(terminal))

    # a listing with a term (ground 4)
    third = Person(3).resident_id.number
    termed = await first.enter(Person(3), serial=3, ground=ledger.GROUND_BREAKS_REPORTING_DUTY)
    await until(terminal, third, "RESTRICTED by 1")
    owed = termed["listing"]["obligationId"]
    await first.state(owed, 10_000)
    assert len((await first.repay(owed, 10_000, "R-1"))["liftedOrderIds"]) == 1
    assert await travels(terminal, third, "--flight", "--on", "+5") == "CLEAR"
    assert await stays(terminal, third, HOTELS, STARRED) == "CLEAR"
    assert await borrows(terminal, third, BANK) == "LISTED 1/0"
    tasks = (await first.judge.done("tasks"))["tasks"]
    assert [(one["kind"], one["basisId"]) for one in tasks] == [
        ("EARLY_DELETION", termed["listing"]["listingId"])
    ]


@pytest.mark.slow
async def test_status_and_the_ledger_say_how_everything_is(terminal: Terminal) -> None:
    status = await terminal.run("status")
    assert status.code == 0, status
    assert terminal.profile.stat().st_mode & 0o777 == 0o600
    names = {one["name"] for one in status.data["processes"]}
    assert {"registry", "travel", "hotel", "loan"} <= names
    (terminal.folder / "court.toml").write_text(COURT_FILE.format(court=_ANOTHER))
    await terminal.done("init", "court.toml")
    await Clerk(terminal, _ANOTHER, legal_today()).enter(Person(50), serial=50)
    verified = await terminal.done("ledger", "verify")
    assert verified["factsErased"] == status.data["ledger"]["factsErased"] == 0
    head = (await terminal.done("ledger", "head"))["head"]["position"]
    tail = (await terminal.run("ledger", "tail", "--after", "0")).lines
    assert verified["position"] == head == len(tail) == tail[-1]["position"]


async def _answers(terminal: Terminal, asked: tuple[str, ...], expected: str) -> bool:
    """Whether the debtor's passport is answered so."""
    return await travels(terminal, Person(1).passport.number, *asked) == expected


async def _has_applied(terminal: Terminal) -> bool:
    """Whether the partner that answers holds everything, beside the one that hangs."""
    processes = (await terminal.run("status")).data["processes"]
    travel = next(one for one in processes if one["name"] == "travel")
    partners = {one["partnerId"]: one for one in travel["partners"]}
    copy, hang = partners["demo-copy"], partners["demo-hang"]
    assert hang["acknowledged"] == 0
    return bool(0 < copy["head"] == copy["acknowledged"])


async def _owes_a_look(clerk: Clerk) -> bool:
    return bool(await clerk.looks_owed())
