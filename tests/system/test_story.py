"""The story of the README, played against the whole system through public RPCs."""

from datetime import timedelta

import grpc
import pytest

from stack.office import Registry, TicketOffice
from stack.story import Story
from tests.system.courthouse import legal_today

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_every_line_of_the_story_comes_true(
    registry_channel: grpc.aio.Channel, travel_channel: grpc.aio.Channel
) -> None:
    today = legal_today()
    story = Story(
        registry=Registry.over(registry_channel),
        office=TicketOffice.over(travel_channel, today + timedelta(days=1)),
        today=today,
    )
    await story.play()
    wrong = [(line.what, line.expected, line.got) for line in story.lines if not line.is_right]
    assert not wrong
    assert len(story.lines) >= 30
    # An office shows the passenger why: each refusal names article, order and court.
    refusals = [line.note for line in story.lines if line.got.startswith("RESTRICTED")]
    assert refusals
    assert all("CP Art 3(1) item" in note and "人民法院 0" in note for note in refusals)
    assert set(story.lift_to_clear_ms) == {"travel"}
