"""Is this name right, and what would be right?

Take a name apart (`parse`), judge names alone and beside each other (`judge`), read a convention off names
(`infer_convention`), fold names that hold run-time values (`dynamic_families`).
"""

from trackingplans.domain.naming.assessing import judge
from trackingplans.domain.naming.convention import CODES, ConventionError, NamingConvention
from trackingplans.domain.naming.families import DynamicFamily, dynamic_families
from trackingplans.domain.naming.inferring import Inferred, Support, infer_convention
from trackingplans.domain.naming.judgement import Issue, Judgement, to_result
from trackingplans.domain.naming.parsing import ParsedName, parse

__all__ = [
    "CODES",
    "ConventionError",
    "DynamicFamily",
    "Inferred",
    "Issue",
    "Judgement",
    "NamingConvention",
    "ParsedName",
    "Support",
    "dynamic_families",
    "infer_convention",
    "judge",
    "parse",
    "to_result",
]
