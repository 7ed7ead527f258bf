"""The story of `make demo`, every line typed by hand, as its page has it."""

import sys
from pathlib import Path

import pytest

import stack
from stack.client_profile import write_profile
from stack.papers import Person
from stack.partner_steps import APPLYING
from stack.supervisor import Stack
from tests.eventually import eventually
from tests.system.cli.cast import ANOTHER as _ANOTHER
from tests.system.cli.cast import COURT_FILE
from tests.system.cli.clerk import Clerk, travels, until
from tests.system.cli.played import play
from tests.system.cli.terminal import Terminal
from tests.system.courthouse import legal_today

pytestmark = pytest.mark.asyncio(loop_scope="session")

_PAGE = Path(stack.__file__).with_name("STORY.md")
_RAIL = f"""
[[partners]]
id = "{APPLYING}"
name = "示例伙伴"
fields = ["travel"]
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_the_whole_story_can_be_played_by_hand(own_system: Stack, tmp_path: Path) -> None:
    # As `make run` writes it.
    profile = write_profile(own_system)
    page = _PAGE.read_text("utf-8")
    assert page.count("COURTLIST_PROFILE=.data/courtlist.toml") == 1
    programs = str(Path(sys.executable).parent)
    typed = page.replace(".data/courtlist.toml", str(profile)).replace("$PWD/.venv/bin", programs)
    await play(typed, tmp_path, {})

    terminal = Terminal(profile=profile, folder=tmp_path)
    judge = terminal.acting("judge-2", "judge", "沪0199")
    standing = await judge.done("standing", "--number", "-", given=Person(0).resident_id.number)
    assert (standing["listings"], standing["orders"]) == ([], [])
    await eventually(lambda: _has_applied(terminal))


@pytest.mark.slow
async def test_a_name_that_does_not_fit_is_looked_into_by_hand(terminal: Terminal) -> None:
    (terminal.folder / "court.toml").write_text(COURT_FILE.format(court=_ANOTHER) + _RAIL)
    await terminal.done("init", "court.toml")
    house, debtor = Clerk(terminal, _ANOTHER, legal_today()), Person(51)
    number = debtor.resident_id.number
    await house.enter(debtor, serial=51)
    await until(terminal, number, "RESTRICTED by 1")
    flight = ("--flight", "--on", "+5", "--name", "-")
    named, misnamed = (f"{number}\n{name}" for name in (debtor.name, "测试路人"))
    assert await travels(terminal, named, *flight) == "RESTRICTED by 1"
    assert await travels(terminal, misnamed, *flight) == "UNDETERMINED"
    await eventually(lambda: _owes_a_look(house))
    [task_id] = await house.looks_owed()
    await house.judge.done("close-task", task_id, "--reasons", "证件照片与本人一致，绑定无误")
    assert await house.looks_owed() == []


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
