from django.urls import include, path

from trackingplans.api import checks, comparisons
from trackingplans.api.comments import DraftComments, OneComment, PlanComments
from trackingplans.api.drafts import Changes, Drafts, OneDraft, Redo, Undo
from trackingplans.api.events import EventsOf
from trackingplans.api.library import GroupOf, LibraryOf, SharedPropertyOf
from trackingplans.api.metrics import MetricOf, MetricsOf
from trackingplans.api.names import CheckNames
from trackingplans.api.naming import DraftNaming, InferredNamingOf, NamingOf
from trackingplans.api.plans import Export, OnePlan, OneVersion, Plans, Versions
from trackingplans.api.problems import Problems
from trackingplans.api.reviews import OneReview, Policy, Publish, Update
from trackingplans.api.sharing import Link
from trackingplans.api.sheets import OneSheet, SheetImport, Sheets
from trackingplans.api.sources import Keys, OneSource, Sources
from trackingplans.api.usage import ImplementationOf, ProfileOf, RetirementOf

of_a_plan = [
    path("check", checks.Check.as_view(), name="api_plan_check"),
    path("comments", PlanComments.as_view(), name="api_plan_comments"),
    path("compare", comparisons.Compare.as_view(), name="api_plan_compare"),
    path("drafts", Drafts.as_view(), name="api_drafts"),
    path("export", Export.as_view(), name="api_plan_export"),
    path("history", comparisons.History.as_view(), name="api_plan_history"),
    path("implementation", ImplementationOf.as_view(), name="api_implementation"),
    path("library", LibraryOf.as_view(), name="api_plan_library"),
    path("link", Link.as_view(), name="api_plan_link"),
    path("metrics", MetricsOf.as_view(), name="api_plan_metrics"),
    path("naming", NamingOf.as_view(), name="api_plan_naming"),
    path("naming/inferred", InferredNamingOf.as_view(), name="api_plan_naming_inferred"),
    path("policy", Policy.as_view(), name="api_plan_policy"),
    path("events", EventsOf.as_view(), name="api_plan_events"),
    path("problems", Problems.as_view(), name="api_plan_problems"),
    path("profile", ProfileOf.as_view(), name="api_plan_profile"),
    path("retirement", RetirementOf.as_view(), name="api_retirement"),
    path("versions", Versions.as_view(), name="api_versions"),
    path("versions/<int:number>", OneVersion.as_view(), name="api_version"),
    path("versions/<int:number>/briefs", comparisons.VersionBriefs.as_view(), name="api_version_briefs"),
]

of_a_draft = [
    path("changes", Changes.as_view(), name="api_draft_changes"),
    path("comments", DraftComments.as_view(), name="api_draft_comments"),
    path("diff", comparisons.DraftDiff.as_view(), name="api_draft_diff"),
    path("groups/<path:group>", GroupOf.as_view(), name="api_draft_group"),
    path("metrics/<path:metric>", MetricOf.as_view(), name="api_draft_metric"),
    path("naming", DraftNaming.as_view(), name="api_draft_naming"),
    path("properties/<path:property>", SharedPropertyOf.as_view(), name="api_draft_property"),
    path("publish", Publish.as_view(), name="api_draft_publish"),
    path("redo", Redo.as_view(), name="api_draft_redo"),
    path("review", OneReview.as_view(), name="api_draft_review"),
    path("undo", Undo.as_view(), name="api_draft_undo"),
    path("update", Update.as_view(), name="api_draft_update"),
]

urlpatterns = [
    path("names/check", CheckNames.as_view(), name="api_names_check"),
    path("plans", Plans.as_view(), name="api_plans"),
    path("plans/<str:plan>", OnePlan.as_view(), name="api_plan"),
    path("plans/<str:plan>/", include(of_a_plan)),
    path("drafts/<str:draft>", OneDraft.as_view(), name="api_draft"),
    path("drafts/<str:draft>/", include(of_a_draft)),
    path("comments/<str:comment>", OneComment.as_view(), name="api_comment"),
    path("sheets", Sheets.as_view(), name="api_sheets"),
    path("sheets/<str:sheet>", OneSheet.as_view(), name="api_sheet"),
    path("sheets/<str:sheet>/import", SheetImport.as_view(), name="api_sheet_import"),
    path("sources", Sources.as_view(), name="api_sources"),
    path("sources/<str:source>", OneSource.as_view(), name="api_source"),
    path("sources/<str:source>/keys", Keys.as_view(), name="api_source_keys"),
]
