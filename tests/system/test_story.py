"""The story of the README, played against the whole system through public RPCs."""

import pytest

from stack.supervisor import Stack
from stack.telling import tell

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_every_line_of_the_story_comes_true(system: Stack) -> None:
    story = await tell(system.connections)
    lines = story.script.lines
    assert not [(line.what, line.expected, line.got) for line in lines if not line.is_right]
    assert len(lines) >= 60
    # A counter shows the person why: each refusal names article, order and court, or says a sentence.
    refusals = [line.note for line in lines if line.got.startswith("RESTRICTED")]
    assert refusals
    assert all("人民法院" in note for note in refusals)
    assert {"travel", "hotel", "loan"} == set(story.checks.lift_to_clear_ms)
    assert set(story.partners.lift_to_partner_ms) == {"demo-copy"}
