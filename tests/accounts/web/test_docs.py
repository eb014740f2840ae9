import re

from django.urls import reverse

from accounts.api import reference


def test_every_operation_is_told_with_its_fields_and_a_sample(client, db):
    page = client.get(reverse("docs")).content.decode()

    assert 'id="source_counts"' in page
    assert "/api/v1/sources/{source}/counts" in page
    assert "Authorization: Bearer pw_" in page
    assert not re.search(r"<script(?! src)", page)


def test_answers_are_followed_through_their_references():
    operations = {one.id: one for _, section in reference.sections() for one in section}

    fields = [(field.name, field.kind, field.indent) for field in operations["source_counts"].answer]

    assert ("totals", "object", 0) in fields
    assert ("received", "integer", 1) in fields
    assert ("event", "string or null", 1) in fields


def test_what_is_required_is_said():
    operations = {one.id: one for _, section in reference.sections() for one in section}

    needed = {field.name: field.is_required for field in operations["source_counts"].parameters}

    assert needed == {"since": False, "source": True, "until": False}
