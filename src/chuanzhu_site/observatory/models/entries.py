"""The matrix's cells (产业 × 工作 × 县区), and the lists of parks and platforms of a chain."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chuanzhu_site.accounts.models import User


class Entry(models.Model):
    """A matter, project, park or platform of a chain (事项、项目、园区、平台): whose, where, how far.

    ``work`` is one of the programme's kinds of work; only a matter or a project has one, and then it stands in a cell
    of the matrix. ``progress`` is None where nobody has said, which is not nought.
    """

    class Kind(models.TextChoices):
        """What it is."""

        MATTER = "matter", "事项"
        PROJECT = "project", "项目"
        PARK = "park", "园区"
        PLATFORM = "platform", "创新平台"

    class State(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", "未开始"
        DOING = "doing", "推进中"
        DONE = "done", "已完成"
        STOPPED = "stopped", "已停止"

    programme = models.CharField(max_length=40)
    chain = models.CharField(max_length=40)
    work = models.CharField("工作", max_length=20, blank=True)
    region = models.CharField("县(市、区)", max_length=6)
    kind = models.CharField("类别", max_length=10, choices=Kind, default=Kind.MATTER)
    title = models.CharField("名称", max_length=80)
    owner = models.CharField("责任单位", max_length=60)
    state = models.CharField("状态", max_length=8, choices=State, default=State.PLANNED)
    progress = models.PositiveSmallIntegerField("进度(%)", null=True, blank=True)
    begins_on = models.DateField("开始", null=True, blank=True)
    due_on = models.DateField("完成期限", null=True, blank=True)
    note = models.CharField("进展说明", max_length=400, blank=True)
    source = models.CharField("来源", max_length=200)
    source_date = models.DateField("来源日期")
    is_synthetic = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "事项和项目"
        ordering = ("due_on", "pk")
        indexes = (models.Index(fields=("programme", "chain", "work", "region"), name="entry_of_cell"),)
        constraints = (
            models.CheckConstraint(condition=Q(progress=None) | Q(progress__lte=100), name="progress_in_percent"),
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(due_on=None) | Q(begins_on__lte=models.F("due_on")),
                name="entry_begins_before_it_is_due",
            ),
        )

    def __str__(self) -> str:
        return self.title
