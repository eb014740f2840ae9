from django.urls import path

from ingest.api.counts import SourceCounts
from ingest.web.dead_rows import source_dead, source_dead_retry

urlpatterns = [
    path("api/v1/sources/<str:source>/counts", SourceCounts.as_view(), name="source_counts"),
    path("w/<str:ws>/sources/<str:source>/dead/", source_dead, name="source_dead"),
    path(
        "w/<str:ws>/sources/<str:source>/dead/<str:dead>/retry/", source_dead_retry, name="source_dead_retry"
    ),
]
