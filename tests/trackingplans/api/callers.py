"""Somebody with a token."""

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts import tokens
from accounts.models import Membership, Role, Workspace
from tests.factories import MembershipFactory, WorkspaceFactory


@dataclass
class Caller:
    """Calls REST as one person; answers come as (status, parsed body)."""

    membership: Membership
    bearer: str

    @property
    def workspace(self) -> Workspace:
        return self.membership.workspace

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        return self._said(Client().get(f"/api/v1/{path}", query, headers={"authorization": self.bearer}))

    def send(
        self, path: str, body: Any, *, method: str = "post", content_type: str = "application/json"
    ) -> tuple[int, Any]:
        raw = body if isinstance(body, str | bytes) else json.dumps(body)
        call = getattr(Client(), method)
        headers = {"authorization": self.bearer}
        return self._said(call(f"/api/v1/{path}", raw, content_type=content_type, headers=headers))

    def _said(self, response: Any) -> tuple[int, Any]:
        return response.status_code, json.loads(response.content)


def a_caller(role: Role, workspace: Workspace | None = None) -> Caller:
    member = MembershipFactory(workspace=workspace or WorkspaceFactory(), role=role)
    _, text = tokens.create(member.workspace, member.user, name="CI", role=role)
    return Caller(member, f"Bearer {text}")
