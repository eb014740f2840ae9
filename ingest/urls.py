from django.urls import path

from ingest.api.counts import SourceCounts
from ingest.web.dead_rows import dead_retry, dead_rows

urlpatterns = [
    path("api/v1/sources/<str:source>/counts", SourceCounts.as_view(), name="source_counts"),
    path("w/<str:ws>/sources/<str:source>/dead/", dead_rows, name="dead_rows"),
    path("w/<str:ws>/sources/<str:source>/dead/<str:row>/retry/", dead_retry, name="dead_retry"),
]
