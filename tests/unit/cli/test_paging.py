import grpc
import pytest

from chassis.errors import RemoteError
from cli.errors import RemoteFailure
from cli.imports.paging import pages
from courtlist.error.v1 import error_reason_pb2 as reasons
from courtlist.registry.v1 import import_service_pb2 as rpc


def _failure(code: grpc.StatusCode) -> RemoteFailure:
    error = RemoteError(reasons.ERROR_REASON_UNSPECIFIED, "", code=code, reason_name="")
    return RemoteFailure(error, service="registry", address="h:1", request_id="")


class _Rows:
    """Twenty rows; no answer may hold more than `fits`."""

    def __init__(self, fits: int) -> None:
        self.fits = fits
        self.asked: list[tuple[int, int]] = []

    def read(self, after: int, limit: int) -> rpc.ReadRowsResponse:
        self.asked.append((after, limit))
        numbers = range(after + 1, min(after + limit, 20) + 1)
        if len(numbers) > self.fits:
            raise _failure(grpc.StatusCode.RESOURCE_EXHAUSTED)
        return rpc.ReadRowsResponse(rows=[rpc.Row(row_number=number) for number in numbers])


@pytest.mark.parametrize("fits", [1, 3, 20])
def test_every_row_is_read_once_however_few_fit_into_an_answer(fits: int) -> None:
    rows = _Rows(fits)
    read = [row.row_number for page in pages(rows.read, limit=16) for row in page.rows]
    assert read == list(range(1, 21))


def test_the_last_page_is_empty() -> None:
    assert [len(page.rows) for page in pages(_Rows(20).read, limit=15)] == [15, 5, 0]


def test_a_row_that_fits_into_no_answer_is_no_endless_loop() -> None:
    with pytest.raises(RemoteFailure):
        list(pages(_Rows(0).read, limit=16))


def test_another_error_is_not_asked_again() -> None:
    asked = []

    def read(after: int, limit: int) -> rpc.ReadRowsResponse:
        asked.append((after, limit))
        raise _failure(grpc.StatusCode.NOT_FOUND)

    with pytest.raises(RemoteFailure):
        list(pages(read, limit=16))
    assert asked == [(0, 16)]
