from django.urls import include, path

from accounts.api.schema import Schema
from accounts.web import (
    activity,
    api_tokens,
    doors,
    kept_mail,
    people,
    reference,
    subscriptions,
    teams,
    workspace_settings,
    workspaces,
)

settings_pages = [
    path("", workspace_settings.settings_workspace, name="settings_workspace"),
    path("people/", people.settings_people, name="settings_people"),
    path("people/<str:person>/", people.settings_person, name="settings_person"),
    path("people/<str:person>/mail/", people.settings_person_mail, name="settings_person_mail"),
    path("people/<str:person>/remove/", people.settings_person_remove, name="settings_person_remove"),
    path("people/return/<str:signed>/", people.settings_person_return, name="settings_person_return"),
    path("teams/", teams.settings_teams, name="settings_teams"),
    path("teams/new/", teams.settings_team_new, name="settings_team_new"),
    path("teams/<str:team>/", teams.settings_team, name="settings_team"),
    path("teams/<str:team>/delete/", teams.settings_team_delete, name="settings_team_delete"),
    path("tokens/", api_tokens.settings_tokens, name="settings_tokens"),
    path("tokens/<str:token>/revoke/", api_tokens.settings_token_revoke, name="settings_token_revoke"),
    path("tokens/<str:token>/restore/", api_tokens.settings_token_restore, name="settings_token_restore"),
    path("mail/", kept_mail.settings_mail, name="settings_mail"),
    path("mail/<str:name>/", kept_mail.settings_mail_message, name="settings_mail_message"),
    path("mail/<str:name>/html/", kept_mail.settings_mail_html, name="settings_mail_html"),
    path("activity/", activity.settings_audit, name="settings_audit"),
]

urlpatterns = [
    path("", workspaces.home, name="home"),
    path("theme/", workspaces.theme, name="theme"),
    path("workspaces/new/", workspaces.workspace_new, name="workspace_new"),
    path("sign-in/", doors.sign_in, name="login"),
    path("sign-in/once/<str:signed>/", doors.sign_in_once, name="sign_in_once"),
    path("sign-out/", doors.sign_out, name="logout"),
    path("password/", doors.forgot_password, name="forgot_password"),
    path("password/<str:uid>/<str:token>/", doors.set_password, name="set_password"),
    path("digests/leave/<str:signed>/", subscriptions.digest_unsubscribe, name="digest_unsubscribe"),
    path("digests/confirm/<str:signed>/", subscriptions.digest_confirm, name="digest_confirm"),
    path("api/schema/", Schema.as_view(), name="schema"),
    path("api/docs/", reference.docs, name="docs"),
    path("w/<str:ws>/settings/", include(settings_pages)),
]
