"""What filters find, as a sheet."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.violations.rows import violation
from tests.world import a_world
from violations.models import Violation
from violations.web.exports import cell

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r\n=1", "\uff1d1"]
)
def test_a_cell_is_never_a_formula(name):
    assert cell(name) == f"'{name}"


@pytest.mark.parametrize("name", ["Order Completed", "a=b", "", "</td><a href=//evil>", "\u202eevil"])
def test_what_is_no_formula_is_left_alone(name):
    assert cell(name) == name


@pytest.mark.django_db
def test_a_sheet_holds_what_the_list_shows(client):
    world = a_world()
    Violation.objects.all().delete()
    now = timezone.now()
    violation(world.source, "=1+1", first_seen_at=now - HOUR, code="type", count=7, message='a "b", c\nd')
    violation(world.source, "Signed Up", first_seen_at=now - HOUR, code="enum")
    violation(world.source, "Old", first_seen_at=now - 90 * HOUR, code="enum")
    violation(world.source, "Unplanned", first_seen_at=now - HOUR)
    client.force_login(world.viewer.user)
    address = reverse("violation_export", args=[world.workspace.public_id])

    answer = client.get(address)
    text = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert answer.streaming
    assert answer["Content-Disposition"].startswith("attachment")
    assert {row["event"]: row["count"] for row in rows} == {"'=1+1": "7", "Signed Up": "10"}
    assert rows[-1]["message"] == 'a "b", c\nd'
    other = client.get(address, {"tab": "not_in_plan"}).getvalue().decode("utf-8-sig")
    assert [row["event"] for row in csv.DictReader(io.StringIO(other))] == ["Unplanned"]
    assert client.get(address, {"q": "signed"}).getvalue().decode().count("\r\n") == 2
