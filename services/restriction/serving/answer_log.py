"""What a call's one log line says of its answers. It names nobody."""

from collections.abc import Sequence

from chassis.telemetry.call_log import call_log
from restriction.model import Answer, Decision


def log_answers(decisions: Sequence[Decision], *, items: int = 1) -> None:
    """Count what was answered; a call that only cleared is routine and sampled."""
    line = call_log()
    looked_up = sum(decision.looked_up for decision in decisions)
    if looked_up:
        line.fields["looked_up"] = looked_up
    line.routine = len(decisions) == items and all(
        decision.answer is Answer.CLEAR for decision in decisions
    )
    if line.routine:
        return
    line.fields["items"] = items
    for decision in decisions:
        key = f"{decision.answer.name}_{decision.decided_by.name}".lower()
        line.fields[key] = line.fields.get(key, 0) + 1
    if items == 1 and decisions:
        one = decisions[0]
        line.fields["answer_reason"] = one.reason.name
        line.fields["as_of_position"] = one.as_of.number
        if one.decision_id:
            line.fields["decision_id"] = one.decision_id
