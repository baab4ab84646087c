"""What is offered and what is needed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from chuanzhu_site.accounts.models import Enterprise, Scope, User
from chuanzhu_site.accounts.standing import standing_of
from chuanzhu_site.market.kinds import KINDS, kind_choices
from chuanzhu_site.market.lifecycle import ListingState, Party
from chuanzhu_site.market.references import LENGTH, new_reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.contrib.auth.models import AnonymousUser

    from chuanzhu_site.market.kinds import Kind

SHOWN = (ListingState.OPEN, ListingState.MATCHED)


class ListingSet(models.QuerySet["Listing"]):
    """Listings to choose from."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what a person may read: what is shown to all, one's own, what one is invited to, what one oversees.

        A masked demand is readable by all; its buyer is not (:func:`chuanzhu_site.market.policies.named_to`).
        """
        if not user.is_authenticated:
            return self.filter(_shown())
        mine = standing_of(user).enterprises()
        return self.filter(readable(mine, standing_of(user).scopes))

    def reviewable_by(self, user: User) -> Self:
        """Keep those that wait for a decision inside the regions where a person reviews."""
        inside = Q(pk=None)
        for scope in (one for one in standing_of(user).scopes if one.role != Scope.Role.BROKER):
            inside |= scope.condition("enterprise__region") if scope.region else Q(pk__isnull=False)
        return self.filter(inside, state=ListingState.SUBMITTED)

    def public(self) -> Self:
        """Keep what everybody may read, and nothing that depends on who asks."""
        return self.filter(_shown())


def _shown() -> Q:
    return Q(state__in=SHOWN) & ~Q(privacy=Listing.Privacy.INVITED)


def readable(mine: Collection[int], scopes: Iterable[Scope]) -> Q:
    """Return the condition for a listing that who acts for these enterprises and has these scopes may read."""
    own = of_any(mine)
    invited = Exists(Invitation.objects.filter(of_any(mine), listing=OuterRef("pk")))
    allowed = _shown() | own | (Q(state__in=SHOWN) & Q(invited))
    for scope in scopes:
        allowed |= scope.condition("enterprise__region") & _overseen(scope)
    return allowed


def of_any(mine: Collection[int]) -> Q:
    """Return the condition that a row's enterprise is one of these, or was merged into one of them."""
    return Q(enterprise__in=mine) | Q(enterprise__merged_into__in=mine)


def _overseen(scope: Scope) -> Q:
    """Brokers see what is shown, whoever is invited; officers everything but other people's drafts."""
    if scope.role == Scope.Role.BROKER:
        return Q(state__in=SHOWN)
    return ~Q(state=ListingState.DRAFT)


class Listing(models.Model):
    """A listing (供给或需求): one kind's declaration filled in.

    ``quantity``, ``place`` and ``certificates`` keep the user's words; what was read from them is in ``understood``.
    ``region`` is the code of the place for a supply, ``chain`` the short name of the industrial chain that the thing
    belongs to, ``certified`` the codes of the certificates held or demanded, between semicolons. ``thread`` is the id
    that the whole thread keeps, from the gap or visit or alarm it began with (``origin``) to the call-back. ``version``
    grows with every change, so that a form that was opened before it can be refused. ``match_due_at`` is when a list
    brought it in or changed it, until it is matched.
    ``broker``, ``next_on`` and ``escalated_at`` are the broker's.
    """

    class Privacy(models.TextChoices):
        """Who learns what."""

        PUBLIC = "public", "公开"
        MASKED = "masked", "隐藏企业名称"
        INVITED = "invited", "只给受邀企业看"

    class Origin(models.TextChoices):
        """What a listing came from."""

        OWN = "own", "企业自己发布"
        WALKIN = "walkin", "清单匹配"
        IMPORT = "import", "批量导入"
        GAP = "gap", "产业链缺口"
        VISIT = "visit", "走访"
        ALARM = "alarm", "设备预警"
        SEARCH = "search", "搜索"
        EVENT = "event", "对接会"
        DEMO = "demo", "演示"

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    thread = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.OWN)
    kind = models.CharField("类别", max_length=30, choices=kind_choices)
    side = models.CharField(max_length=6, editable=False)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="listings")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    broker = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField("标题", max_length=120, blank=True)
    text = models.TextField("说明", max_length=4000, blank=True)
    quantity = models.CharField("数量", max_length=60, blank=True)
    place = models.CharField("地区", max_length=120, blank=True)
    region = models.CharField(max_length=6, blank=True, db_index=True)
    certificates = models.CharField("资质", max_length=200, blank=True)
    certified = models.CharField(max_length=400, blank=True, editable=False)
    due = models.DateField("截止日期", null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    understood = models.JSONField(default=dict, blank=True)
    chain = models.CharField(max_length=40, blank=True, db_index=True)
    value = models.DecimalField("金额估计(元/年)", max_digits=16, decimal_places=2, null=True, blank=True)
    readiness = models.PositiveSmallIntegerField(default=0)
    privacy = models.CharField("谁能看见", max_length=8, choices=Privacy, default=Privacy.PUBLIC)
    state = models.CharField(max_length=10, choices=ListingState, default=ListingState.DRAFT)
    held_for = models.CharField(max_length=200, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    match_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_on = models.DateField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ListingSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "供需"
        ordering = ("-created_at", "-pk")
        indexes = (
            models.Index(fields=("side", "state", "-opened_at"), name="listing_shown"),
            models.Index(fields=("side", "-opened_at", "-id"), condition=Q(state__in=SHOWN), name="listing_newest"),
            models.Index(fields=("enterprise", "state"), name="listing_of_enterprise"),
            models.Index(fields=("state", "expires_on"), name="listing_expiry"),
            models.Index(fields=("match_due_at",), condition=Q(match_due_at__isnull=False), name="listing_match_due"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(side__in=("supply", "demand")), name="listing_has_a_side"),
            models.CheckConstraint(condition=Q(readiness__lte=100), name="listing_readiness_in_percent"),
        )

    def __str__(self) -> str:
        return self.title or self.text[:40]

    def get_absolute_url(self) -> str:
        """Address of its page."""
        return reverse("listing", args=(self.reference,))

    @property
    def declared(self) -> Kind:
        """The declaration of its kind."""
        return KINDS[self.kind]

    @property
    def is_illustrative(self) -> bool:
        """Whether this is a demand of the bundled demonstration, which nobody has."""
        return self.side == "demand" and self.origin == self.Origin.DEMO

    @property
    def owner_party(self) -> Party:
        """The part its enterprise plays."""
        return Party.BUYER if self.side == "demand" else Party.SUPPLIER

    @property
    def public_texts(self) -> list[str]:
        """All that somebody wrote and others read, for whoever has to look at it."""
        written = (self.title, self.text, self.quantity, self.place, self.certificates, *self.attributes.values())
        return [str(one) for one in written if one]

    def answer(self, code: str) -> object:
        """Return what was entered for an attribute of its kind, wherever it is stored."""
        return self.attributes.get(code) if code not in _FIELDS else getattr(self, code)


_FIELDS = frozenset({"title", "text", "quantity", "place", "certificates", "due"})


class ListingEvent(models.Model):
    """One change of a listing (历史): who did what, from which state to which, why, and what the fields were."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=20)
    source = models.CharField(max_length=10, choices=ListingState, blank=True)
    target = models.CharField(max_length=10, choices=ListingState)
    reason = models.CharField(max_length=400, blank=True)
    changes = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "供需历史"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.listing} {self.act}"


class Invitation(models.Model):
    """An enterprise that a buyer invited to a demand only invited ones can see."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="invitations")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "邀请"
        constraints = (models.UniqueConstraint(fields=("listing", "enterprise"), name="invited_once"),)

    def __str__(self) -> str:
        return f"{self.listing} ← {self.enterprise}"


class Reveal(models.Model):
    """A step by which a masked buyer let one supplier learn more; a row for each step, with who took it and when.

    ``contact`` is what the buyer wrote for the last step: nobody's sign-in address is given away by itself.
    """

    class Step(models.IntegerChoices):
        """How much is revealed: each step includes those before it."""

        OUTLINE = 1, "所在市和行业"
        PLACE = 2, "所在县区和规模"
        NAME = 3, "企业名称"
        CONTACT = 4, "联系方式"

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="reveals")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    step = models.PositiveSmallIntegerField(choices=Step)
    contact = models.CharField("联系方式", max_length=120, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "名称披露"
        constraints = (models.UniqueConstraint(fields=("listing", "enterprise", "step"), name="revealed_once"),)

    def __str__(self) -> str:
        return f"{self.listing} → {self.enterprise}:{self.get_step_display()}"
