"""What the rounds amount to: medians, ratios taken inside each round, one table and one JSON file."""

from collections.abc import Iterable
from statistics import median

from benchmarks.data import Json
from benchmarks.ingest.measuring import Run

OURS = "Planwright"
NOTHING = "Fastify + Ajv, stores nothing"
DURABLE = "Fastify + Ajv, durable"


def summary(rounds: list[list[Run]]) -> list[Json]:
    """One entry per mode: the medians of each system and our ratios to the baselines.

    The durable baseline of a round is the faster of its pool sizes in that round. A ratio is the median of
    the rounds' ratios, so that a machine that changes its speed between rounds does not change it.
    """
    modes = list(dict.fromkeys(run.mode for runs in rounds for run in runs))
    return [_mode(mode, [[run for run in runs if run.mode == mode] for runs in rounds]) for mode in modes]


def _mode(mode: str, rounds: list[list[Run]]) -> Json:
    systems = list(dict.fromkeys(run.system for runs in rounds for run in runs))
    return {
        "mode": mode,
        "systems": [
            _medians([run for runs in rounds for run in runs if run.system == name]) for name in systems
        ],
        "ratio_to_storing_nothing": _ratio(rounds, NOTHING),
        "ratio_to_durable": _ratio(rounds, DURABLE),
    }


def _medians(runs: list[Run]) -> Json:
    def over(values: Iterable[float]) -> float:
        return round(median(values), 1)

    return {
        "system": runs[0].system,
        "runs": len(runs),
        "door": over(run.door for run in runs),
        "during": over(run.during for run in runs),
        "end_to_end": over(run.end_to_end for run in runs),
        "end_to_end_spread": [round(min(r.end_to_end for r in runs)), round(max(r.end_to_end for r in runs))],
        "p50_ms": over(run.p50_ms for run in runs),
        "p99_ms": over(run.p99_ms for run in runs),
        "drain_seconds": round(median(run.drain_seconds for run in runs), 2),
        "cpu": {part: over(run.cpu[part] for run in runs) for part in runs[0].cpu},
        "wal_bytes": over(run.wal_bytes for run in runs),
    }


def _ratio(rounds: list[list[Run]], baseline: str) -> float | None:
    ratios = []
    for runs in rounds:
        ours = [run.end_to_end for run in runs if run.system == OURS]
        theirs = [run.end_to_end for run in runs if run.system.startswith(baseline)]
        if ours and theirs:
            ratios.append(ours[0] / max(theirs))
    return round(median(ratios), 2) if ratios else None


def table(summaries: list[Json]) -> str:
    lines = []
    for entry in summaries:
        lines += [f"\n{entry['mode']}", HEAD]
        lines += [_line(system) for system in entry["systems"]]
        lines.append(
            f"  Planwright end to end = {entry['ratio_to_storing_nothing']} x the one that stores nothing, "
            f"{entry['ratio_to_durable']} x the best durable one"
        )
    return "\n".join(lines)


HEAD = (
    f"  {'':34}{'door ev/s':>10}{'during':>9}{'end to end':>11}{'p50 ms':>8}{'p99 ms':>8}{'drain s':>8}"
    f"{'WAL B/ev':>9}  CPU us/event"
)


def _line(system: Json) -> str:
    cpu = " ".join(f"{part} {value:g}" for part, value in system["cpu"].items())
    return (
        f"  {system['system']:34}{system['door']:>10,.0f}{system['during']:>9,.0f}"
        f"{system['end_to_end']:>11,.0f}{system['p50_ms']:>8.1f}{system['p99_ms']:>8.1f}"
        f"{system['drain_seconds']:>8.2f}{system['wal_bytes']:>9.0f}  {cpu}"
    )
