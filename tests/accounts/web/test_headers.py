import json

import pytest
from django.urls import reverse

from accounts.web import errors


@pytest.mark.parametrize("path", ["/sign-in/", "/nothing/", "/api/v1/nothing"])
def test_every_answer_forbids_what_is_not_ours(client, db, path):
    answer = client.get(path)

    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_pages_of_a_person_are_not_kept_by_the_browser(as_admin, workspace):
    answer = as_admin.get(reverse("settings_workspace", args=[workspace.public_id]))

    assert answer["Cache-Control"] == "private, no-store"


def test_a_form_without_its_token_is_refused_in_our_words(client, admin):
    client.handler.enforce_csrf_checks = True

    answer = client.post(reverse("login"), {"email": "ana@example.com", "password": "x"})

    assert answer.status_code == 403
    assert "This form is too old" in answer.content.decode()


def test_what_is_not_there_says_so_in_our_words(client, db):
    assert "There is nothing here" in client.get("/nothing/").content.decode()


def test_a_failure_says_so_without_asking_the_database(rf):
    answer = errors.server_error(rf.get("/w/ws_1/"))

    assert answer.status_code == 500
    assert "Events keep arriving" in answer.content.decode()
    assert json.loads(errors.server_error(rf.get("/api/v1/plans")).content)["code"] == "server_error"
