"""What a token may do."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import ApiToken, Role


def role(least: Role) -> type[BasePermission]:
    """For `permission_classes`: lets in tokens that may do what `least` may."""

    class HasRole(BasePermission):
        message = f"This needs a token with the role {least.label.lower()} or higher."

        def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
            return isinstance(request.auth, ApiToken) and request.auth.role >= least

    return HasRole
