"""Carrying out the plan of `courtlist init`: what is there already is left as it is."""

import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cli.acts import fresh_id
from cli.bootstrap.plan import GoLive, Plan, day_of
from cli.bootstrap.staffing import enroller, in_order, keys_of, staff_of
from cli.enrolled import enrolled_partners
from cli.errors import CliError, Interruption, RefusedError, RemoteFailure, UsageError
from cli.exit_codes import ExitCode
from cli.invocation import Invocation
from cli.profile import Actor
from courtlist.registry.v1 import admin_service_pb2 as admin

DONE: Final = "done"
THERE: Final = "there already"
_SOURCES: Final = Path(__file__).resolve().parents[2]
_KEYS_LIMIT_S: Final = 60.0
_AGAIN: Final = (
    "run `courtlist init` with the file again once the registry answers (`courtlist status`): "
    "what is done already stays"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was to be there, and what came of it."""

    kind: str
    name: str
    outcome: str
    error: CliError | None = None

    def data(self) -> dict[str, Any]:
        """As --json prints it."""
        failed = {} if self.error is None else self.error.data()
        return {"kind": self.kind, "name": self.name, "outcome": self.outcome, **failed}


class Bootstrap:
    """Carries a plan out.

    Args:
        invocation: of the command; who acts there is the operator.
    """

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation

    def carry_out(self, plan: Plan) -> Iterator[Step]:
        """Each step as it is done. One that is refused holds up no other.

        Raises RemoteFailure when the registry cannot be reached.
        """
        if plan.keys is not None:
            yield make_keys(plan.keys)
        operators = self._invocation.operators
        for court in plan.courts:
            yield self._enrol("court", court.court_code, operators.EnrolCourt, court)
        for officer in in_order(plan):
            yield from self._staff(plan, officer)
        for go_live in plan.go_lives:
            yield self._set_go_live(go_live)
        if plan.partners:
            yield from self._partners(plan)

    def _staff(self, plan: Plan, officer: admin.EnrolOfficerRequest) -> Iterator[Step]:
        """A person in her role, then her keys."""
        invocation, operators = self._invocation, self._invocation.operators
        court_code = officer.court_code
        name = f"{officer.person_id} at {court_code}"
        staff = staff_of(invocation, court_code)
        if staff.has_officer(officer):
            yield Step("officer", name, THERE)
        else:
            actor = enroller(invocation, staff, court_code)
            yield self._try("officer", name, operators.EnrolOfficer, officer, actor)
        try:
            keys = list(keys_of(invocation, plan, officer))
        except UsageError as error:
            yield Step("key", name, f"refused: {error.message}", error)
            return
        for key in keys:
            name = f"{key.key_id} of {key.person_id} at {court_code}"
            staff = staff_of(invocation, court_code)
            if staff.has_key(key):
                yield Step("key", name, THERE)
            else:
                actor = enroller(invocation, staff, court_code)
                yield self._try("key", name, operators.EnrolKey, key, actor)

    def _partners(self, plan: Plan) -> Iterator[Step]:
        operators = self._invocation.operators
        there = {one.partner_id: one for one in enrolled_partners(self._invocation)}
        for partner in plan.partners:
            known = there.get(partner.partner_id)
            if known is not None and _is_same(known, partner):
                yield Step("partner", partner.partner_id, THERE)
            else:
                if known is not None:
                    # The profile does not say what was agreed, so it takes nothing of it back.
                    partner.checks_per_s = known.checks_per_s
                    partner.checks_per_day = known.checks_per_day
                yield self._enrol("partner", partner.partner_id, operators.EnrolPartner, partner)
        for rating in plan.ratings:
            known = there.get(rating.partner_id)
            name = f"{rating.partner_id} {rating.rating.site_code}".strip()
            if known is not None and rating.rating in known.ratings:
                yield Step("rating", name, THERE)
            else:
                yield self._enrol("rating", name, operators.RecordRating, rating)

    def _enrol(
        self, kind: str, name: str, send: Callable[..., Awaitable[Any]], request: Any
    ) -> Step:
        return self._try(kind, name, send, request, self._invocation.actor)

    def _set_go_live(self, go_live: GoLive) -> Step:
        name = f"{go_live.president.court} {day_of(go_live.request)}"
        send = self._invocation.operators.SetGoLive
        step = self._try("go-live", name, send, go_live.request, go_live.president)
        error = step.error
        if error is None or error.reason != "GO_LIVE_SET":
            return step
        if error.metadata.get("go_live_on") == day_of(go_live.request):
            return Step("go-live", name, THERE)
        return Step("go-live", name, "refused: another day is set, and it is set once", error)

    def _try(
        self,
        kind: str,
        name: str,
        send: Callable[..., Awaitable[Any]],
        request: Any,
        actor: Actor,
    ) -> Step:
        request.request_id = fresh_id()
        try:
            self._invocation.ask(send, request, actor=actor)
        except RemoteFailure as error:
            if error.reason == "ALREADY_ENROLLED":
                return Step(kind, name, THERE)
            if error.exit_code in {ExitCode.UNREACHABLE, ExitCode.OUTCOME_UNKNOWN}:
                _repeat_whole(error)
                raise
            return Step(kind, name, f"refused: {error.message}", error)
        except Interruption as error:
            _repeat_whole(error)
            raise
        except UsageError as error:
            # Of one who acts here: what the profile lacks of her stops nobody else.
            return Step(kind, name, f"refused: {error.message}", error)
        return Step(kind, name, DONE)


def _repeat_whole(error: CliError) -> None:
    """Whatever was done is found there the next time: no id is needed."""
    error.next_step = _AGAIN
    error.metadata.pop("requestId", None)


def make_keys(folder: Path) -> Step:
    """Have the registry's own program make the keyrings, once; they are never overwritten."""
    made = folder / "registry.keyring.json"
    if made.exists():
        return Step("keys", str(folder), THERE)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        refused = RefusedError(
            f"{folder}: cannot be made: {error.strerror}", next_step="name another folder in `keys`"
        )
        return Step("keys", str(folder), f"refused: {refused.message}", refused)
    done = subprocess.run(
        [sys.executable, "-m", "registry", "keyring", "--out", str(folder)],
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(_SOURCES)},
        capture_output=True,
        text=True,
        check=False,
        timeout=_KEYS_LIMIT_S,
    )
    if done.returncode:
        failed = RefusedError(
            done.stderr.strip() or "the keys could not be made",
            next_step="look at the folder that `keys` names, and run the command again",
        )
        return Step("keys", str(folder), f"refused: {failed.message}", failed)
    return Step("keys", str(folder), DONE)


def _is_same(known: admin.Partner, wanted: admin.EnrolPartnerRequest) -> bool:
    return (
        sorted(known.fields) == sorted(wanted.fields)
        and known.push_address == wanted.push_address
        and known.name == wanted.name
    )
