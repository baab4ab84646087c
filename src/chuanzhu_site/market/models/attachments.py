"""Files beside a listing or an engagement."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chuanzhu_site.accounts.models import User
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models.engagements import Engagement
from chuanzhu_site.market.models.listings import Listing
from chuanzhu_site.market.references import LENGTH, new_reference


def stored_name(attachment: Attachment, _given: str) -> str:
    """Store under a name of our own: what the uploader called it decides nothing on disk."""
    return f"{attachment.reference[:2]}/{attachment.reference}"


class Attachment(models.Model):
    """A file (附件) of a listing or an engagement; type and size were checked, it is only served as a download.

    ``party`` is the side that gave it. ``is_bare`` says that nothing but the picture itself is left in it: no author,
    no place, no program; what is not bare may name a masked buyer and is kept back until the name is revealed.
    """

    reference = models.CharField(max_length=LENGTH, unique=True, default=new_reference, editable=False)
    listing = models.ForeignKey(Listing, models.CASCADE, null=True, blank=True, related_name="attachments")
    engagement = models.ForeignKey(Engagement, models.CASCADE, null=True, blank=True, related_name="attachments")
    party = models.CharField(max_length=8, choices=Party, default=Party.BUYER)
    file = models.FileField(upload_to=stored_name)
    name = models.CharField("文件名", max_length=120)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    is_bare = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=Q(listing=None) ^ Q(engagement=None), name="attachment_of_one_thing"),
        )

    def __str__(self) -> str:
        return self.name
