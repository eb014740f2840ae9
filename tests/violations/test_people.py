import random
import statistics

import pytest

from violations import people
from violations.persons import digest


def sketch(count, seed):
    bits = 0
    for number in range(count):
        bits |= people.bit(digest(f"{seed}-{number}"))
    return bits


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_handful_is_told_nearly_exactly(count):
    told = [people.estimate(sketch(count, seed)) for seed in range(40)]
    assert statistics.median(told) == count
    assert max(abs(one - count) for one in told) <= max(0, count - 1)


@pytest.mark.parametrize("count", [100, 3_000, 30_000])
def test_the_standard_error_is_about_eight_per_cent(count):
    errors = [people.estimate(sketch(count, seed)) / count - 1 for seed in range(30 if count < 10_000 else 6)]
    assert abs(statistics.mean(errors)) < 0.06
    assert statistics.pstdev(errors) < 0.13


def test_merging_counts_nobody_twice_and_forgets_nobody():
    everyone = [f"u{number}" for number in range(900)]
    parts = [random.Random(seed).sample(everyone, 700) for seed in range(5)]
    merged = 0
    for part in parts:
        for one in part:
            merged |= people.bit(digest(one))
    whole = 0
    for one in {one for part in parts for one in part}:
        whole |= people.bit(digest(one))
    assert merged == whole


def test_what_is_written_reads_the_same():
    bits = sketch(500, 0)
    assert int(people.written(bits)[1:], 16) == people.read(f"{bits:0{people.BITS}b}") == bits
    assert people.read(people.NOBODY) == 0
