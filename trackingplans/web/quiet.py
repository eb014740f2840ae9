"""Answers to the scripts of our own pages."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse, JsonResponse

from accounts.web.access import WorkspaceRequest

P = ParamSpec("P")


def quiet(
    view: Callable[Concatenate[WorkspaceRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Tells a script that asks with `X-Quiet` of a refusal by 200 and `{"refused": status, "told": the answer}`. Of
    every status that refuses, browsers write to the console as of a broken page. All others get the status itself."""

    @wraps(view)
    def wrapper(request: WorkspaceRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if "x-quiet" not in request.headers or answer.status_code < 400:
            return answer
        return JsonResponse({"refused": answer.status_code, "told": json.loads(answer.content)})

    return wrapper
