import threading

import pytest
from django.db import connection

from accounts import inviting
from accounts.models import AuditEntry, Membership, Role, User
from tests.factories import MembershipFactory, TeamFactory, UserFactory, WorkspaceFactory


@pytest.fixture
def admin(db):
    return MembershipFactory(role=Role.ADMIN)


def actions():
    return [*AuditEntry.objects.order_by("id").values_list("action", flat=True)]


def test_an_invited_stranger_gets_an_account_without_a_password(admin):
    membership = inviting.invite(admin.workspace, " Ben@Example.com", Role.EDITOR, actor=admin.user)

    assert membership.user.email == "ben@example.com"
    assert not membership.user.has_usable_password()
    assert inviting.needs_password(membership)
    assert actions() == ["person.invited"]


def test_somebody_with_an_account_keeps_it(admin):
    ben = UserFactory(email="ben@example.com")

    membership = inviting.invite(admin.workspace, "BEN@example.com", Role.VIEWER, actor=admin.user)

    assert membership.user == ben
    assert User.objects.count() == 2
    assert not inviting.needs_password(membership)


def test_nobody_is_invited_twice(admin):
    with pytest.raises(inviting.AlreadyMember):
        inviting.invite(admin.workspace, admin.user.email, Role.VIEWER, actor=admin.user)


def test_an_invitation_carries_no_password_link_for_somebody_invited_elsewhere_too(admin):
    other = WorkspaceFactory()
    inviting.invite(other, "ben@example.com", Role.ADMIN, actor=admin.user)

    here = inviting.invite(admin.workspace, "ben@example.com", Role.VIEWER, actor=admin.user)

    assert not inviting.needs_password(here)


def test_the_last_admin_stays_admin(admin):
    MembershipFactory(workspace=admin.workspace, role=Role.PUBLISHER)

    with pytest.raises(inviting.LastAdmin):
        inviting.change_role(admin, Role.EDITOR, actor=admin.user)
    with pytest.raises(inviting.LastAdmin):
        inviting.remove(admin, actor=admin.user)


def test_a_second_admin_may_go(admin):
    second = MembershipFactory(workspace=admin.workspace)

    inviting.change_role(second, Role.VIEWER, actor=admin.user)

    assert Membership.objects.get(pk=second.pk).role == Role.VIEWER
    assert actions() == ["person.role_changed"]


def test_a_removed_person_comes_back_as_they_were(admin):
    ben = MembershipFactory(workspace=admin.workspace, role=Role.EDITOR)
    team = TeamFactory(workspace=admin.workspace)
    team.members.add(ben)

    removed = inviting.remove(ben, actor=admin.user)
    inviting.take_back(admin.workspace, removed, actor=admin.user)
    again = inviting.take_back(admin.workspace, removed, actor=admin.user)

    assert again.role == Role.EDITOR
    assert [*again.teams.all()] == [team]
    assert actions() == ["person.removed", "person.returned"]


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_at_once_do_not_both_succeed():
    ana = MembershipFactory(role=Role.ADMIN)
    ben = MembershipFactory(workspace=ana.workspace, role=Role.ADMIN)
    start, outcomes = threading.Barrier(2), []

    def remove(target, actor):
        start.wait()
        try:
            inviting.remove(target, actor=actor)
            outcomes.append("removed")
        except inviting.LastAdmin:
            outcomes.append("kept")
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((ana, ben.user), (ben, ana.user))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["kept", "removed"]
    assert Membership.objects.filter(role=Role.ADMIN).count() == 1
