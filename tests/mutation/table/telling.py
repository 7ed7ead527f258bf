"""What would tell a number or a name to whoever reads ids, tables and logs."""

from tests.mutation.mutant import hand

TELLING = (
    hand(
        "telling/number as an id",
        "registry/convert/fields.py",
        "if holds_citizen_number(value, self._today):",
        "if False:",
        "unit/registry/convert/test_fields.py::test_an_id_that_is_kept_as_it_is_is_nobodys_number",
        "What is kept as it is holds no identity number.",
    ),
    hand(
        "telling/number in full width",
        "document/mention.py",
        'text if text.isascii() else unicodedata.normalize("NFKC", text)',
        "text",
        "unit/document/test_mention.py::test_a_number_is_found_wherever_it_stands",
        "A number is one in whatever figures it is typed.",
    ),
    hand(
        "telling/number as a reference",
        "restriction/asking/query_servicer.py",
        "elif may_hold_citizen_number(reference):",
        "elif False:",
        "integration/travel/test_queries.py::"
        "test_what_cannot_be_a_document_or_a_reference_is_told_without_repeating_it",
        "Where a person's request is filed is kept, and tells no number.",
    ),
    hand(
        "telling/number as a call's id",
        "chassis/interceptors.py",
        "(?!.*[0-9]{{15}})",
        "",
        "integration/chassis/test_calls.py::"
        "test_an_id_that_is_not_hexadecimal_or_may_hold_a_number_is_replaced",
        "A client that names its calls after people has them in no log.",
    ),
    hand(
        "telling/file's name as it is",
        "registry/importing/calls/staging.py",
        "self._sealer.seal(request.file_name.encode(), file_name_context(import_id))",
        "request.file_name.encode()",
        "integration/registry/importing/test_importing.py::"
        "test_what_a_court_calls_its_file_is_read_by_it_and_sealed_in_the_record",
        "Courts name files after people.",
    ),
    hand(
        "telling/number without a birth date",
        "document/mention.py",
        ".birth_date is not None",
        ".birth_date is None",
        "unit/document/test_mention.py::test_a_number_is_found_wherever_it_stands",
        "Only what shows a birth date is taken for somebody's number.",
    ),
)
