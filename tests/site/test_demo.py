import dataclasses

import pytest

from chuanzhu_site import console
from chuanzhu_site.accounts.models import Enterprise, Membership, User
from chuanzhu_site.market import demo, demo_desk
from chuanzhu_site.market.models import Engagement, Listing, Match, Notification
from chuanzhu_site.programme import demo as event_demo
from chuanzhu_site.programme.models import Event, Participant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, folder=tmp_path)


def test_the_demonstration_is_whole_labels_what_is_made_up_and_invents_nothing_about_a_real_firm(client):
    demo.load()
    demands = Listing.objects.filter(side="demand").select_related("enterprise")
    assert (demands.count(), Listing.objects.filter(side="supply").count()) == (73, 613)
    assert all("(示例)" in one.enterprise.name and one.is_illustrative for one in demands)
    assert all("(示例)" in one.enterprise.name for one in Membership.objects.select_related("enterprise"))
    assert "示例，非真实需求" in client.get(demands[0].get_absolute_url()).content.decode()
    assert not Enterprise.objects.filter(source="").exists()
    assert Match.objects.filter(stale_at=None).values("demand").distinct().count() > 50
    told = {one.user.username for one in Notification.objects.select_related("user")}
    assert told == {"caigou", "gongfang", "jingjia"}
    demo.load()
    assert Listing.objects.count() == 73 + 613
    demo_desk.load()
    demo_desk.load()
    illustrative = [one.demand.is_illustrative and "(示例)" in str(one.supplier) for one in Engagement.objects.all()]
    assert illustrative == [True] * 9
    client.force_login(User.objects.get(username="zhuanyuan"))
    page = client.get("/desk/").content.decode()
    assert "今天先打这 7 个电话" in page
    for queue in ("没有候选", "买方没答复", "没有动静", "报价将到期", "待回访"):
        assert f">{queue} " in page
    event_demo.load()
    event_demo.load()
    event = Event.objects.get()
    assert event.is_illustrative
    assert all("(示例)" in str(one) for one in Participant.objects.select_related("enterprise"))
    assert event.wishes.filter(buyer__enterprise__memberships__user__username="caigou").count() > 1


def test_the_password_of_the_cast_is_that_of_this_start(client, person):
    person("caigou")
    demo.set_password("Demo-first-1")
    demo.set_password("Demo-second-2")
    signed_in = [client.login(username="caigou", password=word) for word in ("Demo-first-1", "Demo-second-2")]
    assert signed_in == [False, True]


def test_the_command_rebuilds_every_index_and_queues_every_demand(demand, supply, capsys):
    assert console.main(["index"]) == 0
    said = capsys.readouterr().out
    assert "产品供给:1 条" in said
    assert "1 条需求排队" in said
