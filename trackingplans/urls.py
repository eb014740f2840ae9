from django.urls import path

from trackingplans.api import checks, comparisons
from trackingplans.api import comments as comments_api
from trackingplans.api import drafts as drafts_api
from trackingplans.api import library as library_api
from trackingplans.api import metrics as metrics_api
from trackingplans.api import names as names_api
from trackingplans.api import naming as naming_api
from trackingplans.api import plans as plans_api
from trackingplans.api import problems as problems_api
from trackingplans.api import reviews as reviews_api
from trackingplans.api import sharing as sharing_api
from trackingplans.api import sheets as sheets_api
from trackingplans.api import sources as sources_api
from trackingplans.api import usage as usage_api
from trackingplans.web import (
    cells,
    comments,
    drafts,
    event_editing,
    event_profile,
    events,
    grid,
    imports,
    library,
    library_groups,
    lint_rules,
    live,
    metrics,
    names,
    naming,
    pasted,
    plans,
    problems,
    reviews,
    shared,
    sources,
    taking,
    uploads,
    usage,
    versions,
    waiting,
)

urlpatterns = [
    path("api/v1/names/check", names_api.CheckNames.as_view(), name="api_names_check"),
    path("api/v1/plans", plans_api.Plans.as_view(), name="api_plans"),
    path("api/v1/plans/<str:plan>", plans_api.OnePlan.as_view(), name="api_plan"),
    path("api/v1/plans/<str:plan>/check", checks.Check.as_view(), name="api_plan_check"),
    path("api/v1/plans/<str:plan>/drafts", drafts_api.Drafts.as_view(), name="api_drafts"),
    path("api/v1/drafts/<str:draft>", drafts_api.OneDraft.as_view(), name="api_draft"),
    path("api/v1/drafts/<str:draft>/changes", drafts_api.Changes.as_view(), name="api_draft_changes"),
    path("api/v1/drafts/<str:draft>/diff", comparisons.DraftDiff.as_view(), name="api_draft_diff"),
    path("api/v1/drafts/<str:draft>/review", reviews_api.OneReview.as_view(), name="api_draft_review"),
    path("api/v1/drafts/<str:draft>/publish", reviews_api.Publish.as_view(), name="api_draft_publish"),
    path("api/v1/drafts/<str:draft>/update", reviews_api.Update.as_view(), name="api_draft_update"),
    path(
        "api/v1/drafts/<str:draft>/comments", comments_api.DraftComments.as_view(), name="api_draft_comments"
    ),
    path("api/v1/plans/<str:plan>/policy", reviews_api.Policy.as_view(), name="api_plan_policy"),
    path("api/v1/plans/<str:plan>/compare", comparisons.Compare.as_view(), name="api_plan_compare"),
    path("api/v1/plans/<str:plan>/history", comparisons.History.as_view(), name="api_plan_history"),
    path(
        "api/v1/plans/<str:plan>/versions/<int:number>/briefs",
        comparisons.VersionBriefs.as_view(),
        name="api_version_briefs",
    ),
    path("api/v1/drafts/<str:draft>/undo", drafts_api.Undo.as_view(), name="api_draft_undo"),
    path("api/v1/drafts/<str:draft>/redo", drafts_api.Redo.as_view(), name="api_draft_redo"),
    path("api/v1/plans/<str:plan>/export", plans_api.Export.as_view(), name="api_plan_export"),
    path("api/v1/plans/<str:plan>/problems", problems_api.Problems.as_view(), name="api_plan_problems"),
    path("api/v1/plans/<str:plan>/versions", plans_api.Versions.as_view(), name="api_versions"),
    path("api/v1/plans/<str:plan>/versions/<int:number>", plans_api.OneVersion.as_view(), name="api_version"),
    path("api/v1/plans/<str:plan>/comments", comments_api.PlanComments.as_view(), name="api_plan_comments"),
    path("api/v1/comments/<str:comment>", comments_api.OneComment.as_view(), name="api_comment"),
    path(
        "api/v1/plans/<str:plan>/implementation",
        usage_api.ImplementationOf.as_view(),
        name="api_implementation",
    ),
    path("api/v1/plans/<str:plan>/retirement", usage_api.RetirementOf.as_view(), name="api_retirement"),
    path("api/v1/plans/<str:plan>/profile", usage_api.ProfileOf.as_view(), name="api_plan_profile"),
    path("api/v1/plans/<str:plan>/link", sharing_api.Link.as_view(), name="api_plan_link"),
    path("api/v1/plans/<str:plan>/library", library_api.LibraryOf.as_view(), name="api_plan_library"),
    path("api/v1/plans/<str:plan>/metrics", metrics_api.MetricsOf.as_view(), name="api_plan_metrics"),
    path("api/v1/plans/<str:plan>/naming", naming_api.NamingOf.as_view(), name="api_plan_naming"),
    path(
        "api/v1/plans/<str:plan>/naming/inferred",
        naming_api.InferredNamingOf.as_view(),
        name="api_plan_naming_inferred",
    ),
    path("api/v1/drafts/<str:draft>/naming", naming_api.DraftNaming.as_view(), name="api_draft_naming"),
    path(
        "api/v1/drafts/<str:draft>/properties/<path:property>",
        library_api.SharedPropertyOf.as_view(),
        name="api_draft_property",
    ),
    path(
        "api/v1/drafts/<str:draft>/groups/<path:group>", library_api.GroupOf.as_view(), name="api_draft_group"
    ),
    path(
        "api/v1/drafts/<str:draft>/metrics/<path:metric>",
        metrics_api.MetricOf.as_view(),
        name="api_draft_metric",
    ),
    path("api/v1/sheets", sheets_api.Sheets.as_view(), name="api_sheets"),
    path("api/v1/sheets/<str:sheet>", sheets_api.OneSheet.as_view(), name="api_sheet"),
    path("api/v1/sheets/<str:sheet>/import", sheets_api.SheetImport.as_view(), name="api_sheet_import"),
    path("api/v1/sources", sources_api.Sources.as_view(), name="api_sources"),
    path("api/v1/sources/<str:source>", sources_api.OneSource.as_view(), name="api_source"),
    path("api/v1/sources/<str:source>/keys", sources_api.Keys.as_view(), name="api_source_keys"),
    path("shared/<str:secret>/", shared.shared_plan, name="shared_plan"),
    path("rules/", lint_rules.lint_rules, name="lint_rules"),
    path("rules/<str:code>/", lint_rules.lint_rule, name="lint_rule"),
    path("w/<str:ws>/plans/", plans.plan_list, name="plan_list"),
    path("w/<str:ws>/plans/new/", plans.plan_new, name="plan_new"),
    path("w/<str:ws>/plans/import/", imports.plan_import, name="plan_import"),
    path("w/<str:ws>/plans/import/<str:sheet>/", uploads.sheet_import, name="sheet_import"),
    path("w/<str:ws>/plans/<str:plan>/", grid.plan_detail, name="plan_detail"),
    path("w/<str:ws>/plans/<str:plan>/drafts/", drafts.draft_list, name="draft_list"),
    path("w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/", drafts.draft_detail, name="draft_detail"),
    path("w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/changes/", drafts.draft_change, name="draft_change"),
    path("w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/undo/", drafts.draft_undo, name="draft_undo"),
    path("w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/redo/", drafts.draft_redo, name="draft_redo"),
    path(
        "w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/discard/", drafts.draft_discard, name="draft_discard"
    ),
    path("w/<str:ws>/plans/<str:plan>/properties/", grid.grid_properties, name="grid_properties"),
    path("w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/follow/", drafts.draft_follow, name="draft_follow"),
    path("w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/review/", reviews.draft_review, name="draft_review"),
    path(
        "w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/publish/", reviews.draft_publish, name="draft_publish"
    ),
    path("w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/update/", reviews.draft_update, name="draft_update"),
    path(
        "w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/comment/",
        comments.draft_comment,
        name="draft_comment",
    ),
    path(
        "w/<str:ws>/plans/<str:plan>/comments/<str:comment>/resolve/",
        comments.comment_resolve,
        name="comment_resolve",
    ),
    path("w/<str:ws>/plans/<str:plan>/policy/", reviews.plan_policy, name="plan_policy"),
    path("w/<str:ws>/plans/<str:plan>/edit/", grid.plan_edit, name="plan_edit"),
    path("w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/cells/", cells.draft_cells, name="draft_cells"),
    path("w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/paste/", pasted.draft_paste, name="draft_paste"),
    path("w/<str:ws>/plans/<str:plan>/names/", names.name_check, name="name_check"),
    path("w/<str:ws>/plans/<str:plan>/naming/", naming.plan_naming, name="plan_naming"),
    *(
        path(f"w/<str:ws>/plans/<str:plan>/drafts/<str:draft>/{word}/", view, name=f"event_{name}")
        for word, name, view in (
            ("new-event", "new", event_editing.event_new),
            ("event", "facts", event_editing.event_facts),
            ("event-name", "name", event_editing.event_name),
            ("event-property", "property", event_editing.event_property),
            ("event-schema", "schema", event_editing.event_schema),
            ("event-remove", "remove", event_editing.event_remove),
            ("event-fit", "fit", event_editing.event_fit),
        )
    ),
    path("w/<str:ws>/plans/<str:plan>/event/", events.plan_event, name="plan_event"),
    path("w/<str:ws>/plans/<str:plan>/event/comment/", comments.event_comment, name="event_comment"),
    path("w/<str:ws>/plans/<str:plan>/problems/", problems.plan_problems, name="plan_problems"),
    path("w/<str:ws>/plans/<str:plan>/problems/note/", problems.plan_problem_note, name="plan_problem_note"),
    path("w/<str:ws>/plans/<str:plan>/problems/event/", problems.event_problems, name="event_problems"),
    path("w/<str:ws>/plans/<str:plan>/problems/<str:problem>/", problems.plan_problem, name="plan_problem"),
    path(
        "w/<str:ws>/plans/<str:plan>/problems/<str:problem>/unmute/",
        problems.plan_problem_unmute,
        name="plan_problem_unmute",
    ),
    path("w/<str:ws>/plans/<str:plan>/try/", events.try_event, name="try_event"),
    path("w/<str:ws>/plans/<str:plan>/versions/", versions.plan_versions, name="plan_versions"),
    path("w/<str:ws>/plans/<str:plan>/versions/<int:number>/", versions.plan_version, name="plan_version"),
    path(
        "w/<str:ws>/plans/<str:plan>/versions/<int:number>/briefs/",
        versions.version_briefs,
        name="version_briefs",
    ),
    path("w/<str:ws>/plans/<str:plan>/history/", versions.plan_history, name="plan_history"),
    path("w/<str:ws>/plans/<str:plan>/compare/", versions.plan_compare, name="plan_compare"),
    path("w/<str:ws>/plans/<str:plan>/export/", plans.plan_export, name="plan_export"),
    path("w/<str:ws>/plans/<str:plan>/event/profile/", event_profile.event_profile, name="event_profile"),
    path("w/<str:ws>/plans/<str:plan>/library/", library.plan_library, name="plan_library"),
    path(
        "w/<str:ws>/plans/<str:plan>/library/property/",
        library.plan_shared_property,
        name="plan_shared_property",
    ),
    path("w/<str:ws>/plans/<str:plan>/library/group/", library_groups.plan_group, name="plan_group"),
    path("w/<str:ws>/plans/<str:plan>/metrics/", metrics.plan_metrics, name="plan_metrics"),
    path("w/<str:ws>/plans/<str:plan>/metrics/change/", metrics.plan_metric, name="plan_metric"),
    path("w/<str:ws>/plans/<str:plan>/in-use/", usage.plan_usage, name="plan_usage"),
    path("w/<str:ws>/plans/<str:plan>/in-use/note/", usage.plan_usage_note, name="plan_usage_note"),
    path("w/<str:ws>/plans/<str:plan>/link/", shared.plan_link, name="plan_link"),
    path("w/<str:ws>/plans/<str:plan>/replace/", imports.plan_replace, name="plan_replace"),
    path("w/<str:ws>/plans/<str:plan>/take/", taking.plan_take, name="plan_take"),
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
