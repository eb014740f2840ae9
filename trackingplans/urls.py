from django.urls import path

from trackingplans.web import events, imports, live, plans, sources, versions, waiting

urlpatterns = [
    path("w/<str:ws>/plans/", plans.plan_list, name="plan_list"),
    path("w/<str:ws>/plans/new/", plans.plan_new, name="plan_new"),
    path("w/<str:ws>/plans/import/", imports.plan_import, name="plan_import"),
    path("w/<str:ws>/plans/<str:plan>/", plans.plan_detail, name="plan_detail"),
    path("w/<str:ws>/plans/<str:plan>/event/", events.plan_event, name="plan_event"),
    path("w/<str:ws>/plans/<str:plan>/try/", events.try_event, name="try_event"),
    path("w/<str:ws>/plans/<str:plan>/versions/", versions.plan_versions, name="plan_versions"),
    path("w/<str:ws>/plans/<str:plan>/versions/<int:number>/", versions.plan_version, name="plan_version"),
    path("w/<str:ws>/plans/<str:plan>/export/", plans.plan_export, name="plan_export"),
    path("w/<str:ws>/plans/<str:plan>/replace/", imports.plan_replace, name="plan_replace"),
    path("w/<str:ws>/plans/<str:plan>/name/", plans.plan_rename, name="plan_rename"),
    path("w/<str:ws>/live/", live.live, name="live"),
    path("w/<str:ws>/live/rows/", live.live_rows, name="live_rows"),
    path("w/<str:ws>/live/<int:message>/", live.live_message, name="live_message"),
    path("w/<str:ws>/sources/", sources.source_list, name="source_list"),
    path("w/<str:ws>/sources/new/", sources.source_new, name="source_new"),
    path("w/<str:ws>/sources/<str:source>/", sources.source_detail, name="source_detail"),
    path("w/<str:ws>/sources/<str:source>/setup/", waiting.source_setup, name="source_setup"),
    path("w/<str:ws>/sources/<str:source>/first/", waiting.source_first_event, name="source_first_event"),
    path("w/<str:ws>/sources/<str:source>/plan/", sources.source_plan, name="source_plan"),
    path("w/<str:ws>/sources/<str:source>/key/", sources.source_key, name="source_key"),
    path("w/<str:ws>/sources/<str:source>/delete/", sources.source_delete, name="source_delete"),
]
