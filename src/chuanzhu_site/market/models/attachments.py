"""Files beside a listing or an engagement."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chuanzhu_site.accounts.models import User
from chuanzhu_site.market.models.engagements import Engagement
from chuanzhu_site.market.models.listings import Listing
from chuanzhu_site.market.references import LENGTH, new_reference


def stored_name(attachment: Attachment, _given: str) -> str:
    """Store under a name of our own: what the uploader called it decides nothing on disk."""
    return f"{attachment.reference[:2]}/{attachment.reference}"


class Attachment(models.Model):
    """A file (附件) of a listing or an engagement; type and size were checked, it is only served as a download."""

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    listing = models.ForeignKey(Listing, models.CASCADE, null=True, blank=True, related_name="attachments")
    engagement = models.ForeignKey(Engagement, models.CASCADE, null=True, blank=True, related_name="attachments")
    file = models.FileField(upload_to=stored_name)
    name = models.CharField("文件名", max_length=120)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        constraints = (
            models.CheckConstraint(condition=Q(listing=None) ^ Q(engagement=None), name="attachment_of_one_thing"),
        )

    def __str__(self) -> str:
        return self.name
