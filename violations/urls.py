from django.urls import path

from violations.web import (
    absences,
    acting,
    adopting,
    arrived,
    bulk,
    detail,
    digests,
    discussing,
    exports,
    fragments,
    lists,
    overview,
    proposing,
    reading,
    tabs,
)

urlpatterns = [
    path("w/<str:ws>/", overview.overview_page, name="overview"),
    path("w/<str:ws>/violations/", lists.violation_list, name="violation_list"),
    path("w/<str:ws>/violations/not-in-plan/", lists.not_in_plan, name="not_in_plan"),
    path("w/<str:ws>/violations/muted/", lists.muted_list, name="muted_list"),
    path("w/<str:ws>/violations/missing/export.csv", exports.missing_export, name="missing_export"),
    path("w/<str:ws>/violations/missing/", absences.missing_list, name="missing_list"),
    path("w/<str:ws>/violations/export.csv", exports.violation_export, name="violation_export"),
    path("w/<str:ws>/violations/bulk/", bulk.violation_bulk, name="violation_bulk"),
    path("w/<str:ws>/violations/tabs/", tabs.violation_tabs, name="violation_tabs"),
    path("w/<str:ws>/violations/arrived/", arrived.violation_arrived, name="violation_arrived"),
    path("w/<str:ws>/violations/adopt/", adopting.violation_adopt, name="violation_adopt"),
    path("w/<str:ws>/violations/undo/<str:signed>/", acting.violation_undo, name="violation_undo"),
    path("w/<str:ws>/violations/<str:violation>/", detail.violation_detail, name="violation_detail"),
    path(
        "w/<str:ws>/violations/<str:violation>/resolve/", acting.violation_resolve, name="violation_resolve"
    ),
    path("w/<str:ws>/violations/<str:violation>/reopen/", acting.violation_reopen, name="violation_reopen"),
    path("w/<str:ws>/violations/<str:violation>/mute/", acting.violation_mute, name="violation_mute"),
    path(
        "w/<str:ws>/violations/<str:violation>/accept/", proposing.violation_accept, name="violation_accept"
    ),
    path(
        "w/<str:ws>/violations/<str:violation>/comment/",
        discussing.violation_comment,
        name="violation_comment",
    ),
    path("w/<str:ws>/violations/<str:violation>/assign/", acting.violation_assign, name="violation_assign"),
    path("w/<str:ws>/plans/<str:plan>/violations/", fragments.event_violations, name="event_violations"),
    path("w/<str:ws>/plans/<str:plan>/debt/", fragments.plan_debt, name="plan_debt"),
    path("w/<str:ws>/settings/digests/", digests.settings_digests, name="settings_digests"),
    path("digests/read/<str:signed>/", reading.digest_read, name="digest_read"),
    path(
        "w/<str:ws>/settings/digests/next/<str:team>/",
        digests.settings_digest_next,
        name="settings_digest_next",
    ),
    path(
        "w/<str:ws>/settings/digests/next/<str:team>/mail/",
        digests.settings_digest_next_html,
        name="settings_digest_next_html",
    ),
    path("w/<str:ws>/settings/digests/<str:digest>/", digests.settings_digest, name="settings_digest"),
    path(
        "w/<str:ws>/settings/digests/<str:digest>/mail/",
        digests.settings_digest_html,
        name="settings_digest_html",
    ),
]
