import pytest

from accounts.models import Role
from tests.trackingplans.api.callers import a_caller
from tests.trackingplans.domain.linting.problems import THINGS, event, one
from trackingplans import publishing
from trackingplans.models import TrackingPlan

pytestmark = pytest.mark.django_db

BROKEN = {"type": "number", "minimum": 5, "maximum": 3}
MUTE = {"code": "missing_owner", "reason": "Teams are being formed", "owner": "ana", "until": "2099-01-31"}


@pytest.fixture
def caller():
    return a_caller(Role.VIEWER)


def a_plan(caller, *rules, **more):
    document = {"planwright": 1, "name": "Shop", "rules": list(rules), **more}
    return publishing.create(caller.workspace, document, actor=None).plan


def test_problems_come_worst_first_with_place_and_fingerprint(caller):
    rules = [
        event("Cart Viewed", meta={"owner": ""}),
        one(BROKEN),
        event("Other", meta={"purpose": "", "metrics": []}),
    ]
    plan = a_plan(caller, *rules, lint={"mutes": [MUTE]}, metrics=[])

    status, said = caller.get(f"plans/{plan.public_id}/problems")

    assert status == 200
    assert said["version"] == 1
    assert said["summary"] == {"new": 0, "existing": 4, "muted": 1, "fixed": 0, "since": 1}
    assert said["next"] is None
    assert [one["code"] for one in said["items"]] == [
        "contradiction",
        "no_funnel",
        "missing_purpose",
        "unclaimed_event",
    ]
    first = said["items"][0]
    assert len(first.pop("fingerprint")) == 16
    assert first == {
        "code": "contradiction", "severity": "error", "state": "existing", "type": "track", "name": "Order Completed",
        "version": 1, "path": "/schema/properties/properties/properties/total/minimum",
        "message": "`total` has to be at least 5 and at most 3. No value can be right.",
        "advice": "Correct `minimum` or `maximum`.", "suggestion": None, "is_critical": False,
        "events": [{"type": "track", "name": "Order Completed"}], "mute": None,
    }  # fmt: skip
    assert (said["items"][1]["type"], said["items"][1]["name"], said["items"][1]["path"]) == (
        None,
        None,
        "/metrics",
    )


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"code": "contradiction"}, ["contradiction"]),
        ({"severity": "warn"}, ["missing_owner"]),
        ({"state": "new"}, []),
        ({"state": "muted"}, []),
    ],
)
def test_problems_are_filtered(caller, query, codes):
    plan = a_plan(caller, one(BROKEN, meta={"owner": ""}))

    _, said = caller.get(f"plans/{plan.public_id}/problems", **query)

    assert [one["code"] for one in said["items"]] == codes


def test_muted_problems_come_when_asked_for_with_their_mute(caller):
    plan = a_plan(caller, event(meta={"owner": ""}), lint={"mutes": [MUTE]})

    _, said = caller.get(f"plans/{plan.public_id}/problems", state="muted")

    assert [one["mute"] for one in said["items"]] == [
        {"until": "2099-01-31", "reason": "Teams are being formed", "owner": "ana"}
    ]


def test_a_list_is_followed_by_its_next_address(caller):
    plan = a_plan(
        caller,
        *(one(BROKEN, name=name) for name in THINGS[:5]),
        metrics=[{"funnel": THINGS[:2]}],
    )

    seen, query = [], {"limit": 2}
    while query:
        _, said = caller.get(f"plans/{plan.public_id}/problems", **query)
        seen += [one["name"] for one in said["items"]]
        query = (
            dict(part.split("=") for part in said["next"].partition("?")[2].split("&"))
            if said["next"]
            else {}
        )

    assert seen == THINGS[:5]


@pytest.mark.parametrize(
    "query", [{"code": "x"}, {"severity": "loud"}, {"state": "old"}, {"limit": "x"}, {"cursor": "-1"}]
)
def test_a_filter_that_cannot_be_used_is_refused_by_name(caller, query):
    plan = a_plan(caller, event())

    status, said = caller.get(f"plans/{plan.public_id}/problems", **query)

    assert (status, said["errors"][0]["path"]) == (400, next(iter(query)))


def test_a_plan_without_a_version_has_no_problems(caller):
    plan = TrackingPlan.objects.create(workspace=caller.workspace, name="Empty")

    status, said = caller.get(f"plans/{plan.public_id}/problems")

    assert (status, said["version"], said["items"]) == (200, None, [])
