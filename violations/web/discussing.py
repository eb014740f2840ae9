"""Comments on a violation."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.models import Role
from accounts.web import notices
from accounts.web.access import WorkspaceRequest, member
from violations import discussing
from violations.discussing import BadRemark
from violations.web import detail


@require_POST
@member(Role.EDITOR)
def violation_comment(request: WorkspaceRequest, violation: str) -> HttpResponse:
    """`text`; who is mentioned in it gets a mail."""
    found = detail.find(request.workspace, violation)
    try:
        discussing.add(found, request.user, request.POST.get("text", ""))
    except BadRemark as error:
        notices.failed(request, str(error))
    return redirect("violation_detail", request.workspace.public_id, violation)
