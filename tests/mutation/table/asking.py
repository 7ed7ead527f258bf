"""Who asks: enrolment, purposes, and what partners are told of."""

from tests.mutation.mutant import hand

_PARTNERS = "restriction/partners.py"
_DELIVERIES_SQL = "restriction/sql/deliveries.sql"
_ENROLMENT_TESTS = "unit/restriction/test_enrolment.py"
_DELIVERY_TESTS = "contract/restriction/test_deliveries.py"

ASKING = (
    hand(
        "asking/people believed on an old copy",
        "restriction/asking/fresh_enrolments.py",
        "now - progress.as_of_at > BELIEVED",
        "False",
        "unit/restriction/test_fresh_enrolments.py"
        "::test_nobody_is_believed_on_a_copy_that_may_have_missed_a_retirement",
        "A retired key counts nowhere for long, and least where somebody cut the line.",
    ),
    hand(
        "asking/retired one asks on",
        _PARTNERS,
        "if enrolment is None or enrolment.position <= self.retired_position:",
        "if enrolment is None:",
        f"{_ENROLMENT_TESTS}::test_a_retired_partner_is_none_whichever_record_came_first",
        "A partner that was taken away asks no more.",
    ),
    hand(
        "asking/older enrolment counts",
        _PARTNERS,
        "held is None or held.position < one.position",
        "True",
        f"{_ENROLMENT_TESTS}::test_a_partner_asks_in_the_fields_of_its_latest_enrolment",
        "An older enrolment never undoes a newer one.",
    ),
    hand(
        "asking/unknown before the ledger was read",
        _PARTNERS,
        "if not self._progress.started:",
        "if False:",
        f"{_ENROLMENT_TESTS}::test_before_the_ledger_was_read_nobody_is_said_to_be_unknown",
        "Who is enrolled further on in the ledger is not told that nobody knows it.",
    ),
    hand(
        "asking/memory of enrolments behind",
        "restriction/feed.py",
        "            self._partners.add(change.retired)\n",
        "",
        "contract/restriction/test_feed.py::test_partners_are_loaded_and_follow_each_commit",
        "A retirement counts as soon as it is applied, not at the next start.",
    ),
    hand(
        "asking/no purpose needed",
        "travel/servicer.py",
        "        or purpose is None\n",
        "",
        "unit/travel/test_servicer.py::"
        "test_nobody_is_looked_up_for_no_purpose_or_one_not_known_here",
        "Nobody is looked up without a purpose.",
    ),
    hand(
        "asking/items of other fields told",
        _DELIVERIES_SQL,
        "b.items & $4 AS items",
        "b.items AS items",
        f"{_DELIVERY_TESTS}::test_an_order_is_narrowed_to_the_items_of_the_field",
        "Partners of a field are told what bears on it and nothing else.",
    ),
    hand(
        "asking/orders of other fields told",
        _DELIVERIES_SQL,
        "AND (b.ground IS NOT NULL OR b.items & $4 <> 0)",
        "AND $4::integer IS NOT NULL",
        f"{_DELIVERY_TESTS}::"
        "test_an_order_with_none_of_the_fields_items_is_not_sent_and_not_lifted",
        "An order that bars nothing in a field is no restriction there.",
    ),
    hand(
        "asking/a large manifest never passes",
        "restriction/asking/allowance.py",
        "min(cost, self._amount) if self._may_owe_more else cost",
        "cost",
        "unit/restriction/test_allowance.py::"
        "test_a_call_that_costs_more_than_a_window_is_let_through_and_paid_afterwards",
        "A manifest within the contract is not refused for ever.",
    ),
    hand(
        "asking/a quota once more on credit",
        "restriction/asking/allowance.py",
        "if not self._may_owe_more and self._spent + cost > self._amount:",
        "if False:",
        "unit/restriction/test_allowance.py::"
        "test_of_a_quota_no_more_is_spent_than_it_holds_whatever_is_on_credit",
        "The quota of a day is what was agreed, not that and one more before the lease is refused.",
    ),
    hand(
        "asking/a manifest that fits on no day asked again",
        "restriction/asking/limits.py",
        "        if cost > kept.per_day:\n",
        "        if False:\n",
        "unit/restriction/test_limits.py::"
        "test_a_manifest_larger_than_a_days_quota_is_told_that_it_never_fits_and_what_does",
        "What never fits is not asked again every tenth of a second.",
    ),
    hand(
        "asking/any number of reads wait",
        "restriction/serving/deliveries.py",
        "if self._waiting[partner_id] >= _WAITING_MAX:",
        "if False:",
        "unit/restriction/test_delivery_reader.py::test_a_third_read_of_a_partner_does_not_wait",
        "One partner's waiting reads take no connection from the checks.",
    ),
    hand(
        "asking/reads cost nothing",
        "restriction/serving/deliveries.py",
        "        self._limits.charge(partner_id, 1)\n",
        "",
        "unit/restriction/test_delivery_reader.py::test_a_read_costs_as_much_as_a_check",
        "One partner's reads take no connection from the checks.",
    ),
    hand(
        "asking/each waiting read looks by itself",
        "restriction/serving/delivery_head.py",
        "        if self._next is None:\n",
        "        if True:\n",
        "unit/restriction/test_delivery_reader.py::test_all_who_wait_share_one_look_at_the_head",
        "However many wait, they take one connection.",
    ),
    hand(
        "asking/a closed epoch fails its batch",
        "restriction/confirm.py",
        "same = not batch or waiter.inquiry.epoch == batch[0].inquiry.epoch",
        "same = True",
        "unit/restriction/test_confirm.py::test_an_inquiry_of_a_closed_epoch_takes_no_other_along",
        "A check that began before a switch of keys leaves others their confirmation.",
    ),
    hand(
        "asking/the key in force is given up",
        "restriction/keyring.py",
        "        if self.of(epoch) is not None and epoch not in",
        "        if False and epoch not in",
        "unit/restriction/test_gate_keys.py::"
        "test_a_file_without_the_key_in_force_is_not_taken_until_another_is_in_force",
        "An old or short key file does not blind a gate that can see.",
    ),
    hand(
        "enumeration/as it is spelled",
        "restriction/enumeration.py",
        "    number = normalise(number[:RAW_LENGTH_MAX]) or number\n",
        "",
        "unit/restriction/test_enumeration.py::test_whoever_spells_each_number_otherwise_is_seen",
        "Whoever counts up is seen in whichever width and with whatever spaces she types.",
    ),
    hand(
        "enumeration/others in between",
        "restriction/enumeration.py",
        "_HASHES_REMEMBERED: Final = 8 * 4",
        "_HASHES_REMEMBERED: Final = 4",
        "unit/restriction/test_enumeration.py::test_whoever_hides_what_she_counts_among_others_is_seen",
        "Whoever counts up is seen among others that she asks about over and over.",
    ),
)
