import pytest
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions, serializers
from rest_framework.decorators import api_view, permission_classes
from rest_framework.response import Response

from accounts import tokens
from accounts.api import errors, paging, permissions
from accounts.models import Role, Team
from tests.factories import MembershipFactory, TeamFactory


@pytest.fixture
def member(db):
    return MembershipFactory(role=Role.EDITOR)


@pytest.fixture
def bearer(member):
    _, text = tokens.create(member.workspace, member.user, name="CI", role=Role.VIEWER)
    return f"Bearer {text}"


class Body(serializers.Serializer):
    events = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
    name = serializers.CharField()


@api_view(["GET", "POST"])
def view(request):
    if request.method == "POST":
        Body(data=request.data).is_valid(raise_exception=True)
    if request.GET.get("raise"):
        raise {
            "404": Http404(),
            "refused": errors.Refused("plan_problems", "No.", [("rules.0", "Bad.")], status=422),
            "missing": exceptions.NotFound("There is no plan pl_1."),
        }[request.GET["raise"]]
    return Response({"workspace": request.auth.workspace.public_id})


@api_view(["GET"])
@permission_classes([permissions.role(Role.EDITOR)])
def editors(request):
    return Response({})


@api_view(["GET"])
def teams(request):
    rows = Team.objects.for_workspace(request.auth.workspace)
    return paging.page(request, rows, lambda found: [team.slug for team in found], order=["slug", "id"])


def call(view, method="get", path="/", **fields):
    response = view(getattr(RequestFactory(), method)(path, **fields))
    response.render()
    return response


def test_a_token_opens_its_workspace(member, bearer):
    response = call(view, HTTP_AUTHORIZATION=bearer)

    assert response.data == {"workspace": member.workspace.public_id}


@pytest.mark.parametrize("header", ["", "Bearer pw_wrong", "Bearer", "Basic YTpi"])
def test_strangers_get_401_in_the_one_shape(db, header):
    response = call(view, HTTP_AUTHORIZATION=header)

    assert response.status_code == 401
    assert set(response.data) == {"code", "message", "errors"}
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_role_too_low_is_403(bearer):
    response = call(editors, HTTP_AUTHORIZATION=bearer)

    assert response.status_code == 403
    assert response.data["code"] == "permission_denied"
    assert "editor" in response.data["message"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/?raise=404", 404, "not_found"),
        ("/?raise=refused", 422, "plan_problems"),
        ("/?raise=missing", 404, "not_found"),
    ],
)
def test_what_a_view_raises_becomes_the_one_shape(bearer, path, status, code):
    response = call(view, path=path, HTTP_AUTHORIZATION=bearer)

    assert (response.status_code, response.data["code"]) == (status, code)


def test_values_that_cannot_be_used_are_named_by_path(bearer):
    response = call(
        view,
        "post",
        data='{"events": [{"a": "x"}, {"a": {}}]}',
        content_type="application/json",
        HTTP_AUTHORIZATION=bearer,
    )

    assert response.status_code == 400
    assert response.data["code"] == "invalid"
    assert [entry["path"] for entry in response.data["errors"]] == ["events.1.a", "name"]


@pytest.mark.parametrize(
    ("body", "type_", "status", "code"),
    [("{", "application/json", 400, "parse_error"), ("a=1", "text/csv", 415, "unsupported_media_type")],
)
def test_unreadable_bodies(bearer, body, type_, status, code):
    response = call(view, "post", data=body, content_type=type_, HTTP_AUTHORIZATION=bearer)

    assert (response.status_code, response.data["code"]) == (status, code)


def test_a_wrong_method_is_405(bearer):
    response = call(view, "delete", HTTP_AUTHORIZATION=bearer)

    assert (response.status_code, response.data["code"]) == (405, "method_not_allowed")


def test_lists_are_walked_by_cursor(member, bearer):
    for slug in "abcde":
        TeamFactory(workspace=member.workspace, slug=slug)
    TeamFactory(slug="stranger")

    seen, path = [], "/?limit=2"
    while path:
        data = call(teams, path=path, HTTP_AUTHORIZATION=bearer).data
        seen.append(data["items"])
        path = data["next"]

    assert seen == [["a", "b"], ["c", "d"], ["e"]]


def test_a_made_up_cursor_is_400(bearer):
    response = call(teams, path="/?cursor=zzz", HTTP_AUTHORIZATION=bearer)

    assert (response.status_code, response.data["errors"][0]["path"]) == (400, "cursor")


def test_unknown_api_addresses_answer_json(client):
    response = client.get("/api/v1/nothing")

    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


def test_the_schema_names_the_token_and_the_error_shape(client):
    schema = client.get("/api/schema/", HTTP_ACCEPT="application/json").json()

    assert "Error" in schema["components"]["schemas"]
