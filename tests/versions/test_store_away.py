"""What the log says of an object store: whose request it was, and no text of an error."""

import pytest
from structlog.contextvars import get_contextvars
from structlog.testing import capture_logs

from corvana import trace
from corvana.versions.kept.bucket import Bucket


@pytest.fixture
def bucket() -> Bucket:
    return Bucket("s3://bucket/prefix?region=us-east-1")


def test_work_of_several_threads_carries_the_id_of_whoever_asks(bucket: Bucket) -> None:
    with trace.run("a" * 32):
        found = bucket.at_once(lambda _: get_contextvars().get(trace.RUN), range(20))
    assert found == ["a" * 32] * 20


def test_an_error_of_the_store_is_told_by_its_class(bucket: Bucket) -> None:
    with capture_logs() as lines:
        bucket._note_away(TimeoutError("no answer for key 'prefix/c0ffee/labels.parquet'"))
    assert [line["reason"] for line in lines] == ["TimeoutError"]


def test_an_error_that_the_store_names_has_its_name(bucket: Bucket) -> None:
    with capture_logs() as lines:
        bucket._note_away(OSError("for key 'c0ffee': AWS Error ACCESS_DENIED during HeadObject"))
    assert [line["reason"] for line in lines] == ["ACCESS_DENIED"]
