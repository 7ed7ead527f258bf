from datetime import date
from typing import Any

import pytest

from cli import fields
from cli.errors import UsageError
from cli.papers import example_question, files, reading
from cli.papers.manifests import nested
from cli.papers.writing import data_of, leaves
from courtlist.ledger.v1 import change_pb2 as ledger
from courtlist.registry.v1 import import_service_pb2, listing_pb2
from courtlist.registry.v1 import registry_service_pb2 as rpc
from courtlist.travel.v1 import travel_service_pb2 as travel
from stack.papers import Court, Papers, Person

_COURT = Court("京0199", "示例市第一人民法院", "010-0000 0001")


def _entry(**given: Any) -> rpc.EnterListingRequest:
    return reading.fill(rpc.EnterListingRequest, given, what="debtor.toml")


def _problems(**given: Any) -> dict[str, str]:
    with pytest.raises(UsageError) as caught:
        _entry(**given)
    return {one.field: one.text for one in caught.value.problems}


@pytest.mark.parametrize("name", ["enter.toml", "restrict.toml"])
def test_the_examples_are_papers_that_can_be_read(name: str, tmp_path: Any) -> None:
    kind = {"enter.toml": rpc.EnterListingRequest, "restrict.toml": rpc.IssueOrderRequest}[name]
    file = tmp_path / name
    file.write_text(files.example(name, today=date(2025, 11, 12)))
    request: Any = reading.fill(kind, files.load(str(file)), what=name)
    assert request.obligation_terms.principal.minor_units == 1_000_000
    assert (request.order.decision.decided_on.year, request.order.decision.decided_on.day) == (
        2025,
        2,
    )
    assert len(request.order.items) == 9


def test_a_paper_that_was_printed_is_read_back_as_it_was() -> None:
    paper = Papers.of(_COURT, today=date(2025, 11, 12)).entry(
        request_id="r-1", subject=Person(1).subject, case_number=_COURT.case(1)
    )

    def without_empty(data: Any) -> Any:
        if isinstance(data, dict):
            return {key: without_empty(one) for key, one in data.items() if one != ""}
        return [without_empty(one) for one in data] if isinstance(data, list) else data

    assert _entry(**without_empty(data_of(paper))) == paper


def test_every_problem_is_reported_at_once_with_its_path() -> None:
    found = _problems(
        case={"number": 1, "filedOn": "gestern"},
        subject={"kind": "ALIEN", "documents": [{"kind": "PASSPORT", "nummer": "E1"}]},
        obligation_terms={"principal": 10.5},
        obligation_id="x",
        unknown=1,
    )
    assert found["case.filedOn"] == "not a day of the calendar; write 2025-11-02"
    assert found["subject.kind"] == "one of: PERSON, ORGANISATION"
    assert found["subject.documents[0].nummer"] == "is not known; did you mean number?"
    assert "yuan" in found["obligation_terms.principal"]
    assert found["obligation_id"] == "give it or `obligation_terms`, not both"
    assert {"case.number", "unknown"} <= set(found)


def test_a_name_is_suggested_in_the_spelling_of_the_file() -> None:
    for wrong, right in (("filedon", "filed_on"), ("filedOm", "filedOn")):
        found = _problems(case={wrong: "2025-01-01"})
        assert found[f"case.{wrong}"] == f"is not known; did you mean {right}?"


def test_a_problem_repeats_no_value() -> None:
    found = _problems(subject={"documents": [{"number": 19500101}], "sex": "000000195001010001"})
    assert "19500101" not in str(found)


@pytest.mark.parametrize(("text", "fen"), [("10500", 1_050_000), ("0.01", 1), (7, 700)])
def test_a_sum_is_written_in_yuan_and_kept_in_fen(text: Any, fen: int) -> None:
    request = _entry(obligation_terms={"principal": text})
    assert request.obligation_terms.principal.minor_units == fen


@pytest.mark.parametrize("text", ["1.005", "-1", "1,000", "١٠", "1e3", "", True, 1.5])
def test_a_sum_that_could_be_misread_is_refused(text: Any) -> None:
    assert "obligation_terms.principal" in _problems(obligation_terms={"principal": text})


def test_names_of_enums_may_go_without_prefix_and_in_small_letters() -> None:
    for name in ("EVADES", "GROUND_EVADES", "evades"):
        assert _entry(listing={"ground": name}).listing.ground == ledger.GROUND_EVADES
    assert "listing.ground" in _problems(listing={"ground": "UNSPECIFIED"})


def test_an_unanswered_bar_stays_unanswered() -> None:
    article3 = _entry(listing={"article3": {"security_given": False}}).listing.article3
    assert article3.HasField("security_given")
    assert not article3.HasField("assets_cover_debt")


def test_what_is_printed_has_days_sums_and_hashes_as_people_write_them() -> None:
    data = data_of(import_service_pb2.Manifest(file_sha256=b"\x01\xff", row_count=3))
    assert (data["fileSha256"], data["rowCount"]) == ("01ff", 3)
    row = import_service_pb2.SampleRow(row_number=1, fields={"iname": "测试甲"})
    assert data_of(row)["fields"] == {"iname": "测试甲"}
    listing = listing_pb2.Listing(state=listing_pb2.BASIS_STATE_IN_FORCE)
    listing.decided_on.CopyFrom(_entry(case={"filedOn": "2025-01-02"}).case.filed_on)
    assert data_of(listing)["decidedOn"] == "2025-01-02"
    assert ("state", "IN_FORCE") in list(leaves(data_of(listing)))
    assert "endTime" not in data_of(listing)


def test_a_manifests_columns_are_paths() -> None:
    row = {"document.kind": "PASSPORT", "document.number": "E0", "product.air": "{}", "x": ""}
    question = reading.fill(travel.CheckPassengerRequest, nested(row), what="line 2")
    assert question.document.number == "E0"
    assert question.product.WhichOneof("product") == "air"


@pytest.mark.parametrize("name", ["travel", "hotel", "loan"])
def test_each_field_has_an_example_question_that_can_be_asked(name: str) -> None:
    field = fields.named(name)
    question: Any = reading.fill(field.question, example_question.of(field), what=name)
    assert question.document.number
