import pytest

from ingest.sizing import LEAST, LONG, MOST, SHORT, Size


@pytest.mark.parametrize(
    ("held", "seconds", "since_shared", "is_full", "then"),
    [
        (8_000, LONG / 3, None, True, 16_000),
        (8_000, LONG / 3, None, False, 8_000),  # there was no more to take
        (8_000, LONG * 0.9, None, True, 8_000),
        (8_000, LONG * 2, None, True, 4_000),
        (100, LONG * 2, None, False, LEAST),
        (8_000, SHORT * 2, None, True, 16_000),
        (8_000, SHORT * 2, 0, True, 4_000),
        (8_000, SHORT * 2, 9, True, 4_000),
        (8_000, SHORT * 2, 11, True, 16_000),
        (8_000, SHORT * 100, 0, True, LEAST),
    ],
)
def test_groups_are_large_while_a_source_is_alone_and_short_while_others_wait(
    held, seconds, since_shared, is_full, then
):
    size = Size(8_000)
    if since_shared:
        size.shared_at = 100.0 - since_shared
    size.learn(held, seconds, 100.0, is_full=is_full, is_shared=since_shared == 0)
    assert size.messages == then


def test_no_group_is_larger_than_the_largest():
    size = Size(MOST - 1)
    size.learn(MOST, LONG / 10, 0.0, is_full=True, is_shared=False)
    assert size.messages == MOST
