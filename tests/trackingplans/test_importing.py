import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import AuditEntry
from tests.factories import PlanFactory, SourceFactory, UserFactory, WorkspaceFactory
from tests.trackingplans import plans
from trackingplans import assembling, importing, proposing, publishing
from trackingplans.domain.plan import PlanError
from trackingplans.interchange import formats
from trackingplans.models import PlanVersion, Source, TrackingPlan

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace():
    return WorkspaceFactory()


def exported(version, format=None):
    document = assembling.document(PlanVersion.objects.get(pk=version.pk))
    return json.loads(formats.write(document, format or formats.own(document)).text)


@pytest.mark.parametrize("name", ["", "Ours"])
@pytest.mark.parametrize(
    "value",
    [plans.list_rules_answer(), plans.typewriter_cache(), {"rules": plans.public_api_rules()}],
    ids=["list rules", "typewriter", "bare"],
)
def test_what_was_imported_is_exported_equal(workspace, value, name):
    imported = importing.import_plan(workspace, json.dumps(value), name=name, actor=None)

    assert len(imported.version.rules) == 78
    assert exported(imported.version) == value


def test_a_renamed_plan_exports_its_new_name(workspace):
    imported = importing.import_plan(workspace, json.dumps(plans.typewriter_cache()), name="Ours", actor=None)

    version = proposing.publish(
        imported.plan, proposing.renamed(imported.plan, "Whole Spec, ours"), None, now=timezone.now()
    )

    assert exported(version) == plans.typewriter_cache() | {"name": "Whole Spec, ours"}


@pytest.mark.parametrize(
    ("value", "given", "name"),
    [
        (plans.typewriter_cache(), {}, "Whole Spec"),
        (plans.typewriter_cache(), {"name": " Mine "}, "Mine"),
        (plans.list_rules_answer(), {}, "Imported plan"),
        (plans.list_rules_answer(), {"unnamed": "rules-2026"}, "rules-2026"),
        ({"planwright": 1, "rules": []}, {}, "Imported plan"),
    ],
)
def test_a_plan_gets_a_name(workspace, value, given, name):
    imported = importing.import_plan(workspace, json.dumps(value), actor=None, **given)

    assert imported.plan.name == name


def test_a_new_export_of_segment_keeps_what_segment_cannot_say(workspace):
    ana = UserFactory()
    first = importing.import_plan(workspace, json.dumps(plans.typewriter_cache()), actor=ana)
    plan, document = first.plan, assembling.document(first.version)
    document["metrics"] = [{"name": "Orders"}]
    document["rules"][0]["meta"] = {"purpose": "Why?"}
    publishing.publish(plan, document, actor=ana)
    newer = plans.typewriter_cache()
    newer["rules"][0]["jsonSchema"]["required"] = ["query"]
    del newer["rules"][5]

    imported = importing.import_plan(workspace, json.dumps(newer), actor=ana, plan=plan)

    found = assembling.document(imported.version)
    assert imported.version.number == 3
    assert (found["metrics"], found["rules"][0]["meta"]) == ([{"name": "Orders"}], {"purpose": "Why?"})
    assert exported(imported.version) == newer
    assert [change["kind"] for change in imported.version.changes] == ["changed", "removed"]


def test_an_event_that_segment_deprecated_is_deprecated(workspace):
    rule = plans.public_api_rules()[0] | {"deprecatedAt": "2026-01-01T00:00:00.000Z"}

    imported = importing.import_plan(workspace, json.dumps({"rules": [rule]}), actor=None)

    assert assembling.document(imported.version)["rules"][0]["meta"] == {"status": "deprecated"}


def test_a_refused_import_writes_nothing(workspace):
    rules = [*plans.public_api_rules(), {"type": "TRACK", "key": "A", "jsonSchema": {"type": 7}}]

    with pytest.raises(PlanError):
        importing.import_plan(workspace, json.dumps(rules), actor=None)

    assert not TrackingPlan.objects.exists()
    assert not AuditEntry.objects.exists()


def test_look_around_in_an_imported_pattern_is_kept(workspace):
    schema = {
        "properties": {"properties": {"properties": {"sku": {"type": "string", "pattern": "^(?!X).*$"}}}}
    }
    value = {"rules": [{"type": "TRACK", "key": "A", "version": 1, "jsonSchema": schema}]}

    assert exported(importing.import_plan(workspace, json.dumps(value), actor=None).version) == value


def test_a_preview_writes_nothing_and_says_what_would_come(workspace):
    preview = importing.preview(json.dumps(plans.typewriter_cache()))

    assert preview.format is not None
    assert (preview.format.name, len(preview.rules), preview.problems) == ("segment-flat", 78, [])
    assert not TrackingPlan.objects.exists()


def test_a_preview_of_a_replacement_shows_the_changes(workspace):
    plan = publishing.create(workspace, plans.a_document(), actor=None).plan
    newer = plans.a_document(rules=[plans.a_rule("Signed Up", {})])

    preview = importing.preview(json.dumps(newer), plan=plan)

    assert [(change.kind, change.name) for change in preview.changes] == [
        ("added", "Signed Up"),
        ("removed", "Order Completed"),
    ]


def test_a_preview_of_a_bad_text_names_the_place():
    [problem] = importing.preview("{").problems

    assert problem.path == "line 1, column 2"


def run(*args):
    out = io.StringIO()
    call_command("import_plan", *args, stdout=out)
    return out.getvalue()


def test_the_command_imports_a_file_and_attaches_a_source(workspace, tmp_path):
    path = tmp_path / "checkout-rules.json"
    path.write_text(json.dumps(plans.list_rules_answer()))
    source = SourceFactory(workspace=workspace, slug="web", plan_attached_at=None)

    said = run(str(path), "--workspace", workspace.public_id, "--source", "web")

    plan = TrackingPlan.objects.get()
    assert plan.name == "checkout-rules"
    assert said.startswith(f"checkout-rules ({plan.public_id}) v1 is live: 78 rules, read as segment.")
    source.refresh_from_db()
    assert source.plan == plan
    assert source.plan_attached_at is not None


def test_the_command_replaces_a_plan_from_standard_input(workspace, monkeypatch):
    plan = publishing.create(workspace, plans.a_document(), actor=None).plan
    monkeypatch.setattr(
        "sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(plans.typewriter_cache()).encode()))
    )

    words = ["-", "--workspace", workspace.name, "--plan", plan.public_id, "--name", "Shop"]
    said = run(*words, "--override", "As the Spec has it")

    assert "Shop" in said
    assert "v2 is live" in said


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["nowhere.json", "--workspace", "Here"], 2, "nowhere.json cannot be read: No such file"),
        (["{file}", "--workspace", "ws_nobody"], 2, "There is no workspace “ws_nobody”. There is: "),
        (["{file}", "--workspace", "Here", "--plan", "pl_x"], 2, "There is no tracking plan “pl_x”"),
        (
            ["{file}", "--workspace", "Here", "--source", "web"],
            2,
            "There is no source “web”. There is: none.",
        ),
        (
            ["{file}", "--workspace", "Here"],
            1,
            "The plan was not imported.\nline 1, column 2: This is not JSON",
        ),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path, args, code, words):
    WorkspaceFactory(name="Here")
    PlanFactory()
    path = tmp_path / "plan.json"
    path.write_text("{")

    with pytest.raises(CommandError) as refused:
        run(*[str(path) if one == "{file}" else one for one in args])

    assert refused.value.returncode == code
    assert words in str(refused.value)
    assert not Source.objects.exists()
