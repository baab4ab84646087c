import dataclasses

import pytest
from django.core.cache import cache
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from chuanzhu_site.market import index, tasks
from chuanzhu_site.market.kinds import KINDS
from chuanzhu_site.market.search import FACETS, find, read_asked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, folder=tmp_path)
    for kind in KINDS:
        index.rebuild(kind)
    return tmp_path


def work():
    for queued in DBTaskResult.objects.filter(status="READY", task_path="chuanzhu_site.market.tasks.match_listing"):
        tasks.match_listing.call(*queued.args_kwargs["args"])
        queued.delete()
    cache.clear()


def titles(**values):
    return [str(hit.listing) for hit in find(read_asked(values)).hits]


def choices(found, code):
    return {one.value: one.number for facet, offered in found.facets if facet.code == code for one in offered}


@pytest.fixture
def wheels(cast, write):
    """Two wheels and a bearing, of two counties; the castings shop is a little giant."""
    cast.castings.tier = "giant"
    cast.castings.save()
    ours, theirs = {"by": cast.lihua, "of": cast.castings}, {"by": cast.weihua, "of": cast.crane}
    write("product-supply", **ours, title="铸钢车轮", quantity="500件/月", place="滑县", certificates="IATF16949")
    write("product-supply", **theirs, title="起重机铸钢车轮", place="郑州市", certificates="ISO9001")
    write("product-supply", **ours, title="深沟球轴承", certificates="IATF 16949;ISO9001")
    work()


def test_a_stranger_searches_with_a_demands_text_and_sees_what_was_understood_and_why(wheels, client):
    page = client.get(reverse("search"), {"q": "求购铸钢车轮 200件/月,安阳优先"}).content.decode()
    assert "<dt>数量</dt><dd>200 件/月</dd>" in page
    assert page.index("滑县") < page.index("起重机铸钢车轮")
    assert "深沟球轴承" not in page
    assert 'class="stack"' in page


def test_what_is_not_public_is_not_found(cast, write, wheels):
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮(只给受邀)", privacy="invited")
    write("product-supply", by=cast.lihua, of=cast.castings, title="铸钢车轮(草稿)", is_open=False)
    work()
    for words in ("铸钢车轮", ""):
        assert not {"铸钢车轮(只给受邀)", "铸钢车轮(草稿)"} & set(titles(q=words))


@pytest.mark.parametrize("words", ["", "铸钢车轮 轴承"])
def test_each_facet_counts_what_choosing_it_finds(wheels, words):
    found = find(read_asked({"q": words}))
    assert found.number == (3 if not words else len(titles(q=words)))
    for facet in FACETS:
        for value, number in choices(found, facet.code).items():
            assert len(titles(q=words, **{facet.code: value})) == number, (facet.code, value)
    assert choices(found, "tier") == {"giant": len(titles(q=words, tier="giant"))}
    assert set(choices(found, "certificate")) == {"IATF16949", "ISO9001"}


def test_two_facets_narrow_together_and_a_cure_is_offered_where_nothing_is_left(wheels, client):
    assert titles(region="410526", certificate="ISO9001") == ["深沟球轴承"]
    page = client.get(reverse("search"), {"region": "410100", "tier": "giant"}).content.decode()
    assert "不限地区" in page
    assert "不限梯度" in page


def test_words_that_name_nothing_here_say_what_was_read_and_offer_to_publish(wheels, client):
    page = client.get(reverse("search"), {"q": "求购核磁共振仪 2台"}).content.decode()
    assert "没有找到" in page
    assert "2 台" in page
    assert reverse("listing-new", args=["product-demand"]) + "?text=" in page


def test_a_masked_buyer_is_in_no_facet_and_found_by_no_name(cast, write, client):
    cast.crane.tier = "champion"
    cast.crane.save()
    write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮 200件/月", privacy="masked")
    work()
    for words in ("", "铸钢车轮"):
        found = find(read_asked({"q": words, "side": "demand"}))
        assert found.number == 1
        assert (choices(found, "region"), choices(found, "tier")) == ({}, {})
        page = client.get(reverse("search"), {"q": words, "side": "demand"}).content.decode()
        assert cast.crane.name not in page
        assert "企业名称隐藏" in page
        assert "新乡" not in page
        for secret in ({"region": "410783"}, {"tier": "champion"}):
            assert titles(q=words, side="demand", **secret) == []
    assert titles(q=cast.crane.name, side="demand") == []


def test_pages_follow_one_another_without_a_gap_and_without_a_double(cast, write, client):
    for number in range(45):
        write("product-supply", by=cast.lihua, of=cast.castings, title=f"铸钢车轮 {number} 号")
    work()
    for words in ("", "铸钢车轮"):
        seen, after = [], ""
        for _ in range(3):
            found = find(read_asked({"q": words, "after": after}))
            seen += [hit.listing.pk for hit in found.hits]
            after = found.after
        assert (len(seen), len(set(seen)), after) == (45, 45, "")


def test_a_kind_whose_index_cannot_be_read_is_named_and_without_any_the_words_are_looked_for(wheels, client, folder):
    others = [kind.code for kind in KINDS.values() if kind.side == "supply" and kind.code != "product-supply"]
    for lost, told in ((["product-supply"], "这一类先不列"), (others, "先按字面找")):
        for kind in lost:
            (folder / "index" / kind / "state.json").unlink()
        page = client.get(reverse("search"), {"q": "铸钢车轮"}).content.decode()
        assert "产品供给的匹配索引正在重建" in page
        assert told in page
    assert "起重机铸钢车轮" in page


@pytest.mark.parametrize(
    "nonsense", ["region=99&tier=x&kind=product-demand&chain=%00&after=zzz", "q=%00%00", "side=both"]
)
def test_an_address_that_nobody_would_write_is_no_error(wheels, client, nonsense):
    assert client.get(f"{reverse('search')}?{nonsense}").status_code == 200


def test_script_in_the_words_is_shown_as_words(wheels, client):
    page = client.get(reverse("search"), {"q": "<script>alert(1)</script>铸钢车轮"}).content.decode()
    assert "<script>alert" not in page


def test_the_search_costs_the_same_whatever_it_finds(cast, write, client, django_assert_max_num_queries):
    for number in range(30):
        write("product-supply", by=cast.lihua, of=cast.castings, title=f"铸钢车轮 {number} 号", certificates="ISO9001")
    work()
    for words in ("", "铸钢车轮"):
        cache.clear()
        with django_assert_max_num_queries(10):
            assert client.get(reverse("search"), {"q": words}).status_code == 200
