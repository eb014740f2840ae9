"""`python -m benchmarks` (`make bench`): every benchmark, one after the other."""

import sys

from benchmarks.ingest.__main__ import main as ingest
from benchmarks.naming import main as naming

if __name__ == "__main__":
    sys.exit(naming([]) | ingest([]))
