"""What probes ask: /healthz (this process answers), /readyz (it can do its work), /metrics (figures).

Answered before the Host header is judged, because probes call machines by their address.
"""

from collections.abc import Callable

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

_GAUGES = {
    "planwright_inbox_rows": (
        "Requests accepted and not yet processed.",
        "SELECT count(*) FROM ingest_inboxrow",
    ),
    "planwright_inbox_bytes": (
        "Their size before compression.",
        "SELECT coalesce(sum(raw_size), 0) FROM ingest_inboxrow",
    ),
    "planwright_inbox_oldest_seconds": (
        "How long the oldest of them waits.",
        "SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0) FROM ingest_inboxrow",
    ),
    "planwright_dead_rows": ("Requests given up after five tries.", "SELECT count(*) FROM ingest_deadrow"),
}


class HealthMiddleware:
    """Answers the three paths, passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.answers = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answers.get(request.path_info, self.get_response)(request)


def healthz(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers and has every migration, else 503 with the reason."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return JsonResponse({"ready": False, "reason": "the database does not answer"}, status=503)
    if waiting:
        reason = f"{len(waiting)} migrations wait: run manage.py migrate"
        return JsonResponse({"ready": False, "reason": reason}, status=503)
    return JsonResponse({"ready": True})


def metrics(_request: HttpRequest) -> HttpResponse:
    """Figures of the whole installation, none of a single workspace, in Prometheus' text format."""
    lines: list[str] = []
    try:
        with connection.cursor() as cursor:
            for name, (help_text, query) in _GAUGES.items():
                cursor.execute(query)
                row = cursor.fetchone()
                lines += [f"# HELP {name} {help_text}", f"# TYPE {name} gauge", f"{name} {float(row[0]):g}"]
    except Error:
        return HttpResponse("# the database does not answer\n", content_type="text/plain", status=503)
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")
