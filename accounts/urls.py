from django.urls import path

from accounts.api.schema import Docs, Schema
from accounts.web import doors, workspace_settings, workspaces

urlpatterns = [
    path("", workspaces.home, name="home"),
    path("theme/", workspaces.theme, name="theme"),
    path("workspaces/new/", workspaces.workspace_new, name="workspace_new"),
    path("sign-in/", doors.sign_in, name="login"),
    path("sign-in/once/<str:signed>/", doors.sign_in_once, name="sign_in_once"),
    path("sign-out/", doors.sign_out, name="logout"),
    path("password/", doors.forgot_password, name="forgot_password"),
    path("password/<str:uid>/<str:token>/", doors.set_password, name="set_password"),
    path("api/schema/", Schema.as_view(), name="schema"),
    path("api/docs/", Docs.as_view(), name="docs"),
    path("w/<str:ws>/settings/", workspace_settings.settings_workspace, name="settings_workspace"),
]
