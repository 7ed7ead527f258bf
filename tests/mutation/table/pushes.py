"""Pushing: in order, until it is applied, and no partner at the cost of another."""

from tests.mutation.mutant import hand

_COURIER = "restriction/pushing/courier.py"
_PUSH = "restriction/push.py"
_OUTBOX = "restriction/pushing/outbox.py"
_STORE = "restriction/pushing/push_store.py"
_SQL = "restriction/sql/push.sql"
_ENGINE = "restriction/engine.py"
_COPY = "partner/copy.py"
_ORDER = "integration/restriction/push/test_order.py"
_ISOLATION = "integration/restriction/push/test_isolation.py"
_RESTARTS = "integration/restriction/push/test_restarts.py"
_ENROLMENT = "integration/restriction/push/test_enrolment.py"
_OUTAGES = "integration/restriction/push/test_outages.py"
_OUTBOX_TESTS = "unit/restriction/test_outbox.py"
_WRITER_TESTS = "unit/restriction/test_position_writer.py"
_COPY_TESTS = "unit/partner/test_copy.py"

PUSHES = (
    hand(
        "push/status taken for acknowledgement",
        _COURIER,
        "            return replace(position, acknowledged=acknowledgement.applied)\n",
        "            return replace(position, acknowledged=self._sent)\n",
        f"{_RESTARTS}::test_a_partner_that_lost_its_copy_is_handed_everything_again",
        "What a partner says it has applied is the acknowledgement, not that it answered.",
    ),
    hand(
        "push/number beyond what was sent believed",
        _COURIER,
        "        if 0 <= acknowledgement.applied <= self._sent:\n",
        "        if 0 <= acknowledgement.applied <= self._outbox.head.number:\n",
        f"{_RESTARTS}::"
        "test_after_the_fields_database_was_restored_a_copy_of_later_numbers_is_made_anew",
        "Numbers of before a restore are never taken for those of after it.",
    ),
    hand(
        "push/doubt forgotten by a second start",
        _SQL,
        "COALESCE(unproven_above, (SELECT delivery_head FROM engine))",
        "(SELECT delivery_head FROM engine)",
        f"{_RESTARTS}::"
        "test_after_the_fields_database_was_restored_a_copy_of_later_numbers_is_made_anew",
        "A partner is doubted until it was heard from, however often the engine starts.",
    ),
    hand(
        "push/another series believed",
        _COURIER,
        "        if acknowledgement.series != position.series:\n",
        "        if False:\n",
        f"{_ISOLATION}::test_a_partner_that_answers_in_another_series_acknowledges_nothing",
        "A number of another series acknowledges nothing.",
    ),
    hand(
        "push/answer that is no message",
        "restriction/pushing/grpc_partner.py",
        "        if reply is None:\n",
        "        if False:\n",
        "integration/restriction/push/test_unreadable.py::"
        "test_an_answer_that_cannot_be_read_is_the_partners_fault",
        "A partner whose answers cannot be read is seen to fail.",
    ),
    hand(
        "push/faults without a pause",
        _COURIER,
        "            await asyncio.sleep(self._pause_s * random.uniform(0.5, 1))",
        "            await asyncio.sleep(0 * random.uniform(0.5, 1))",
        f"{_ISOLATION}::test_a_partner_that_applies_nothing_is_failing_and_is_asked_less_and_less",
        "A partner that fails is asked less and less.",
    ),
    hand(
        "push/no progress unnoticed",
        _COURIER,
        '                raise PartnerError("NOT_APPLIED")\n',
        "                pass\n",
        f"{_ISOLATION}::test_a_partner_that_applies_nothing_is_failing_and_is_asked_less_and_less",
        "A partner that answers and applies nothing is failing.",
    ),
    hand(
        "push/idle partner not asked",
        _COURIER,
        "                await self._outbox.wait_beyond(position.acknowledged, self._pace.beat_s)\n",
        "                await self._outbox.wait_beyond(position.acknowledged, 1e6)\n",
        f"{_RESTARTS}::test_a_partner_that_lost_its_copy_is_handed_everything_again",
        "A lost copy is found out though nothing happens.",
    ),
    hand(
        "push/one hangs, all wait",
        _COURIER,
        "        return await self._client.receive(\n            Handover(\n"
        "                series=position.series, after=position.acknowledged, entries=entries, head=head\n"
        "            )\n        )\n",
        "        async with self._outbox._reading:\n            return await self._client.receive(\n"
        "                Handover(\n                    series=position.series,\n"
        "                    after=position.acknowledged,\n                    entries=entries,\n"
        "                    head=head,\n                )\n            )\n",
        f"{_ISOLATION}::test_a_lift_reaches_a_partner_promptly_while_another_hangs",
        "A partner that hangs holds back no other.",
    ),
    hand(
        "push/address change passed over",
        _PUSH,
        "                if targets.get(partner_id) != one.target or one.task.done()\n",
        "                if partner_id not in targets or one.task.done()\n",
        f"{_ENROLMENT}::test_a_partner_that_moves_is_found_at_its_new_address",
        "A partner that moved is found.",
    ),
    hand(
        "push/retired partner pushed to",
        _SQL,
        "WHERE p.enrolled_position > p.retired_position AND ",
        "WHERE ",
        f"{_ENROLMENT}::test_a_partner_is_pushed_to_from_its_enrolment_to_its_retirement",
        "Nothing is pushed to a partner that was retired.",
    ),
    hand(
        "push/partner of another field pushed to",
        _SQL,
        "$1::text = ANY (p.fields)",
        "$1::text IS NOT NULL",
        f"{_ENROLMENT}::test_only_partners_of_this_field_with_an_address_are_pushed_to",
        "A partner is sent nothing of a field that is not its own.",
    ),
    hand(
        "push/one cannot be connected to, all end",
        _PUSH,
        "        except Exception as error:  # noqa: BLE001 - whatever it is, it is of this partner; looked at again\n",
        "        except LookupError as error:\n",
        f"{_OUTAGES}::test_a_partner_that_cannot_be_connected_to_keeps_nobody_from_being_pushed_to",
        "No partner holds back another.",
    ),
    hand(
        "pull/number that there is not",
        "restriction/serving/deliveries.py",
        "    elif after > head.number:\n",
        "    elif False:\n",
        "integration/travel/test_read_restrictions.py::"
        "test_a_copy_of_more_steps_than_there_are_is_told_to_begin_anew",
        "A copy of numbers that have begun anew is not left waiting.",
    ),
    hand(
        "pull/numbers of another life",
        "restriction/serving/deliveries.py",
        "    if series and series != head.series:\n",
        "    if False:\n",
        "integration/travel/test_read_restrictions.py::"
        "test_a_copy_of_another_life_of_the_numbers_is_told_so_wherever_they_are",
        "A copy learns that the numbers have begun anew when they have passed its own, too.",
    ),
    hand(
        "push/broken courier not replaced",
        _PUSH,
        " or one.task.done()\n",
        "\n",
        f"{_OUTAGES}::test_a_courier_that_breaks_is_replaced_and_the_others_go_on",
        "A fault of ours in one courier ends no partner's deliveries.",
    ),
    hand(
        "push/position not kept",
        _COURIER,
        "            await self._writer.write(position)\n",
        "            pass\n",
        f"{_RESTARTS}::test_a_restarted_engine_goes_on_where_it_was",
        "How far a partner is survives the engine.",
    ),
    hand(
        "push/failed write forgotten",
        _STORE,
        "                    self._waiting = batch | self._waiting\n",
        "                    pass\n",
        f"{_WRITER_TESTS}::test_what_could_not_be_written_is_written_with_the_next_one",
        "A position that could not be written is written with the next one.",
    ),
    hand(
        "push/later position undone",
        _STORE,
        "batch | self._waiting",
        "self._waiting | batch",
        f"{_WRITER_TESTS}::test_a_failed_write_never_undoes_a_later_position",
        "A write that failed never puts an older position over a newer.",
    ),
    hand(
        "push/old pages after a lift",
        _OUTBOX,
        "            self._pages = OrderedDict()\n            self._moved.set()\n",
        "            self._moved.set()\n",
        f"{_OUTBOX_TESTS}::test_what_was_read_before_the_head_moved_is_not_handed_out_after",
        "What is lifted by now is never handed out as set.",
    ),
    hand(
        "push/every reader a connection",
        _OUTBOX,
        "        async with self._reading:\n",
        "        if True:\n",
        f"{_OUTBOX_TESTS}::test_partners_at_different_numbers_hold_one_connection_between_them",
        "Partners, however many, leave the gate its connections.",
    ),
    hand(
        "push/pages keyed without turns",
        "restriction/pushing/grpc_partner.py",
        "            async with self._keying:\n",
        "            if True:\n",
        "unit/restriction/test_grpc_partner.py::"
        "test_many_pages_together_key_one_share_in_a_turn_of_the_loop",
        "Partners that are far behind delay no check of the same process.",
    ),
    hand(
        "push/standby pushes",
        _ENGINE,
        "        interrupted = False\n        while True:\n",
        "        interrupted = False\n"
        "        beside = asyncio.create_task(self._pushes.run())\n"
        "        while not beside.done():\n",
        "integration/restriction/push/test_leading.py::"
        "test_a_second_engine_pushes_nothing_until_it_leads",
        "Only the engine that leads pushes.",
    ),
    hand(
        "partner/gap applied across",
        _COPY,
        "                if entry.number != reached + 1 or entry.event not in _KNOWN:\n",
        "                if entry.event not in _KNOWN:\n",
        f"{_COPY_TESTS}::test_nothing_is_applied_across_a_gap",
        "A copy is never acknowledged over a gap.",
    ),
    hand(
        "partner/another series kept",
        _COPY,
        "        if row is not None and row[0] == series:\n",
        "        if row is not None:\n",
        f"{_COPY_TESTS}::test_a_new_series_drops_the_copy_of_that_field_only",
        "A copy of another series is dropped.",
    ),
    hand(
        "partner/repetition applied",
        _COPY,
        "                if entry.number <= reached:\n",
        "                if False:\n",
        f"{_COPY_TESTS}::test_an_entry_that_comes_again_is_passed_over",
        "An entry that comes twice has its effect once.",
    ),
    hand(
        "partner/digests of a lift kept",
        _COPY,
        "        self._connection.execute(self._sql.delete_digests, (field, entry.restriction_id))\n",
        "",
        f"{_COPY_TESTS}::test_a_lift_leaves_no_trace",
        "A lift leaves no trace of anybody.",
    ),
)
