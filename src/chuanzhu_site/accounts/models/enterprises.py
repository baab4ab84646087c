"""Enterprises: legal persons keyed by their unified social credit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from chuanzhu.taxonomy.regions import region_name
from chuanzhu.taxonomy.uscc import UsccError, check_uscc
from chuanzhu_site.accounts.regions import within

if TYPE_CHECKING:
    from chuanzhu_site.accounts.models.people import User

models.CharField.register_lookup(Length)
_USCC_LENGTH = 18


def validate_uscc(code: str) -> None:
    """Refuse a code whose check character is wrong, in the library's words."""
    try:
        check_uscc(code)
    except UsccError as error:
        raise ValidationError(str(error)) from error


class EnterpriseSet(models.QuerySet["Enterprise"]):
    """Enterprises to choose from."""

    def standing(self) -> Self:
        """Leave out those merged into another one."""
        return self.filter(merged_into=None)

    def inside(self, region: str) -> Self:
        """Keep those inside a region; an empty code is everywhere."""
        return self.filter(within("region", region))

    def of(self, user: User) -> Self:
        """Keep those that a person acts for, standing only: a membership in a merged one counts for what it became.

        The person is asked, because a token narrows whom its person acts for; and asked first, since one query that
        looked at both ways at once would read every enterprise there is.
        """
        live = user.memberships.filter(ended_at=None).values_list("enterprise", "enterprise__merged_into")
        return self.standing().filter(pk__in={into or pk for pk, into in live})


class Enterprise(models.Model):
    """An enterprise (企业). Its code may be missing while nobody knows it; two records can share a name, not a code.

    A duplicate is merged by pointing ``merged_into`` at the record that stays, never by moving its rows, so that
    un-merging loses nothing. ``parent`` is the enterprise of which this is a branch (分支机构).
    """

    class Tier(models.TextChoices):
        """Steps of cultivation (梯度)."""

        NONE = "", "未入梯度"
        INNOVATIVE = "innovative", "创新型中小企业"
        SPECIALISED = "specialised", "专精特新中小企业"
        GIANT = "giant", "专精特新小巨人"
        CHAMPION = "champion", "制造业单项冠军"

    uscc = models.CharField(
        "统一社会信用代码", max_length=_USCC_LENGTH, unique=True, null=True, blank=True, validators=[validate_uscc]
    )
    name = models.CharField("企业名称", max_length=120, db_index=True)
    region = models.CharField("地区", max_length=6, blank=True, db_index=True)
    address = models.CharField("地址", max_length=200, blank=True)
    industry = models.CharField("行业", max_length=6, blank=True, help_text="GB/T 4754-2017")
    tier = models.CharField("梯度", max_length=12, choices=Tier, blank=True, default=Tier.NONE)
    is_chain_leader = models.BooleanField("链主", default=False)
    is_seedling = models.BooleanField("青苗", default=False)
    is_small = models.BooleanField("小微企业", null=True, blank=True)
    introduction = models.TextField("简介", blank=True, max_length=2000)
    website = models.URLField("网址", blank=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="branches")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="absorbed")
    source = models.CharField("来源", max_length=200)
    source_date = models.DateField("来源日期", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    objects = EnterpriseSet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "企业"
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(uscc=None) | Q(uscc__length=_USCC_LENGTH), name="enterprise_uscc_has_18_characters"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="enterprise_not_merged_into_itself"),
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="enterprise_not_its_own_branch"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Readable region; empty where it is not known."""
        return region_name(self.region) if self.region else ""

    @property
    def standing(self) -> Enterprise:
        """The record that stands for this one: itself, unless it was merged."""
        return self.merged_into or self

    def clean_fields(self, exclude: object = None) -> None:
        """Fold the code before it is checked, so that a pasted one with blanks is taken."""
        if self.uscc:
            try:
                self.uscc = check_uscc(self.uscc)
            except UsccError as error:
                raise ValidationError({"uscc": str(error)}) from error
        self.uscc = self.uscc or None
        super().clean_fields(exclude=exclude)  # type: ignore[arg-type]


class FormerName(models.Model):
    """A name (曾用名) that an enterprise bore before, or bears elsewhere (another spelling, an abbreviation)."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="former_names")
    name = models.CharField("曾用名", max_length=120, db_index=True)
    until = models.DateField("用到哪天", null=True, blank=True)
    source = models.CharField("来源", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "曾用名"
        constraints = (models.UniqueConstraint(fields=("enterprise", "name"), name="former_name_once"),)

    def __str__(self) -> str:
        return self.name


class Merge(models.Model):
    """One act of merging (合并), with what undoing it needs: ``repointed`` are records that had been merged into it."""

    kept = models.ForeignKey(Enterprise, models.PROTECT, related_name="merges_kept")
    absorbed = models.ForeignKey(Enterprise, models.PROTECT, related_name="merges_absorbed")
    reason = models.CharField("理由", max_length=200)
    repointed = models.JSONField(default=list, blank=True)
    done_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    done_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "合并记录"
        constraints = (
            models.UniqueConstraint(fields=("absorbed",), condition=Q(undone_at=None), name="one_live_merge"),
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="merge_of_two"),
        )

    def __str__(self) -> str:
        return f"{self.absorbed} → {self.kept}"


class Verification(models.Model):
    """Something about an enterprise that somebody verified (核验): what, by whom, when, on which evidence."""

    class What(models.TextChoices):
        """What a badge can say."""

        IDENTITY = "identity", "营业执照"
        TIER = "tier", "梯度认定"
        CERTIFICATE = "certificate", "资质证书"
        CAPACITY = "capacity", "产能"
        VISIT = "visit", "实地走访"

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="verifications")
    what = models.CharField("核验内容", max_length=12, choices=What)
    detail = models.CharField("说明", max_length=200, blank=True)
    evidence = models.CharField("依据", max_length=200)
    verified_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    verified_on = models.DateField("核验日期")
    expires_on = models.DateField("有效期至", null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "核验"

    def __str__(self) -> str:
        return f"{self.get_what_display()}:{self.detail}"
