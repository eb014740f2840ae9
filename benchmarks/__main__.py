"""`python -m benchmarks` (`make bench`): every benchmark, one after the other."""

import sys

from benchmarks.authoring.__main__ import main as authoring
from benchmarks.floods.__main__ import main as floods
from benchmarks.hotpath import main as hotpath
from benchmarks.ingest.__main__ import main as ingest
from benchmarks.judging.__main__ import main as judging
from benchmarks.naming import main as naming
from benchmarks.rules import main as rules
from benchmarks.violations.__main__ import main as violations

if __name__ == "__main__":
    sys.exit(
        naming([])
        | hotpath()
        | rules()
        | judging([])
        | ingest([])
        | floods([])
        | violations([])
        | authoring()
    )
