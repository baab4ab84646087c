"""The page of one's tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chuanzhu.model import ChuanzhuError
from chuanzhu_site.accounts import actions
from chuanzhu_site.accounts.models import ApiToken, Enterprise, Membership
from chuanzhu_site.accounts.token_forms import TokenForm

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from chuanzhu_site.accounts.requests import UserRequest

_SHOWN = 50


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def tokens(request: UserRequest) -> HttpResponse:
    """List tokens and make a new one; its text is in the answer to the form, and nowhere afterwards."""
    enterprises = Enterprise.objects.of(request.user)
    form = TokenForm(request.POST or None, enterprises=enterprises)
    made = _made(request, form) if request.method == "POST" and form.is_valid() else ""
    context = {
        "tokens": _visible(request).select_related("enterprise", "user")[:_SHOWN],
        "form": TokenForm(enterprises=enterprises) if made else form,
        "made": made,
        "enterprises": enterprises,
    }
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


def _made(request: UserRequest, form: TokenForm) -> str:
    given = form.cleaned_data
    try:
        _, text = actions.make_token(
            given["enterprise"], actor=request.user, name=given["name"], scopes=given["scopes"], days=int(given["days"])
        )
    except ChuanzhuError as error:
        form.add_error(None, str(error))
        return ""
    return text


def _visible(request: UserRequest) -> QuerySet[ApiToken]:
    """Return one's own tokens, and those of the enterprises one manages."""
    managed = request.user.memberships.filter(ended_at=None, role=Membership.Role.OWNER).values("enterprise")
    return ApiToken.objects.filter(Q(user=request.user) | Q(enterprise__in=managed))


@login_required
@require_POST
def revoke(request: UserRequest, pk: int) -> HttpResponse:
    """End a token at once."""
    token = actions.revoke_token(get_object_or_404(_visible(request), pk=pk), actor=request.user)
    messages.success(request, f"已撤销“{token.name}”,用它的程序马上就连不上了")
    return redirect("tokens")
