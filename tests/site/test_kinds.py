import dataclasses

import pytest
from django.urls import reverse

from chuanzhu_site.market import matching
from chuanzhu_site.market.forms import ListingForm
from chuanzhu_site.market.kinds import COMMON, KINDS, kind_choices
from chuanzhu_site.market.models import Listing, Match
from chuanzhu_site.market.readiness import readiness

KIND = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)


@KIND
def test_each_kind_has_a_counterpart_on_the_other_side(kind):
    other = KINDS[kind.counterpart]
    assert other.counterpart == kind.code
    assert {kind.side, other.side} == {"supply", "demand"}


@KIND
def test_a_complete_listing_earns_exactly_a_hundred_points(kind):
    assert sum(attribute.worth for attribute in kind.attributes) == 100
    assert len({attribute.code for attribute in kind.attributes}) == len(kind.attributes)


@KIND
def test_a_form_asks_what_the_declaration_says(kind):
    form = ListingForm(kind=kind)
    assert {attribute.code for attribute in kind.attributes} <= set(form.fields)
    required = {name for name, field in form.fields.items() if field.required}
    assert required == {attribute.code for attribute in kind.attributes if attribute.is_required}
    assert all(hasattr(Listing, code) for code in COMMON)


def test_an_empty_listing_is_told_the_most_valuable_thing_first():
    told = readiness(Listing(kind="product-supply"))
    assert told.points == 0
    assert told.missing[0].name == "产品"


def test_what_the_text_says_already_is_not_asked_again():
    listing = Listing(kind="product-demand", text="求购PA66 20吨/月", understood={"parts": [["数量", "20吨/月"]]})
    assert "数量" not in readiness(listing).advice
    assert "地区" in readiness(listing).advice


@pytest.mark.django_db
def test_while_typing_one_sees_what_was_understood_and_what_is_missing(client, cast):
    client.force_login(cast.weihua)
    page = client.post(
        reverse("understanding", args=["product-demand"]), {"text": "求购PA66切片 20~25吨/月,国庆前到货"}
    )
    text = page.content.decode()
    assert "PA66切片" in text
    assert "<mark" in text
    assert "还缺:" in text
    assert Listing.objects.count() == 0


@pytest.mark.django_db
def test_a_quantity_that_cannot_be_read_is_refused_in_the_librarys_words(client, cast):
    client.force_login(cast.weihua)
    page = client.post(reverse("listing-new", args=["product-demand"]), {"text": "铸件", "quantity": "很多坨呢"})
    assert page.status_code == 422
    assert "看不懂数量" in page.content.decode()


@pytest.mark.django_db
@KIND
def test_every_kind_is_published_shown_searched_and_matched_by_the_same_pages(client, cast, kind, settings, tmp_path):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, folder=tmp_path)
    other = KINDS[kind.counterpart]
    sides = {"supply": (cast.lihua, {"title": "铝合金热处理"}), "demand": (cast.weihua, {"text": "寻求铝合金热处理"})}
    for one in (kind, other):
        user, values = sides[one.side]
        client.force_login(user)
        page = client.get(reverse("listing-new", args=[one.code])).content.decode()
        assert all(f'name="{attribute.code}"' in page for attribute in one.attributes)
        client.post(reverse("listing-new", args=[one.code]), {**values, "submit": "1"})
        matching.rematch(Listing.objects.get(kind=one.code))
    found = Match.objects.get()
    assert {found.demand.kind, found.supply.kind} == {kind.code, other.code}
    for side in ("supply", "demand"):
        page = client.get(reverse("search"), {"q": "铝合金热处理", "side": side}).content.decode()
        assert next(one.name for one in (kind, other) if one.side == side) in page
    assert client.get(found.get_absolute_url()).status_code == 200


def test_a_new_kind_changes_no_table():
    assert Listing._meta.get_field("kind").deconstruct()[3]["choices"] is kind_choices  # noqa: SLF001 (documented)
