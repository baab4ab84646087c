import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from chuanzhu_site.accounts.models import AuditRecord, Membership
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.market import actions
from chuanzhu_site.market.lifecycle import Party
from chuanzhu_site.market.models import Message, Notification, Question, Reveal

pytestmark = pytest.mark.django_db
QUESTION = "车轮要不要淬火?"


@pytest.fixture
def engagement(cast, demand, supply):
    return actions.express_interest(demand, supplier=cast.castings, actor=cast.lihua, supply=supply)


@pytest.fixture
def rival(person, enterprise):
    owner = person("rival")
    enterprise("某车轮厂(示例)", number=5, region="410102", owner=owner)
    return owner


@pytest.fixture
def question(cast, demand):
    return actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text=QUESTION)


def page_of(client, user, thing):
    client.force_login(user) if user else client.logout()
    return client.get(thing.get_absolute_url()).content.decode()


def say(engagement, actor, party, text):
    return actions.send_message(engagement, actor=actor, party=party, text=text)


def test_question_and_answer_are_read_by_all_and_who_asked_by_none(cast, demand, question, rival, client):
    actions.answer(question, actor=cast.weihua, text="要,硬度 300 以上")
    for reader in (None, rival, cast.weihua, cast.wang):
        page = page_of(client, reader, demand)
        assert QUESTION in page
        assert "硬度 300 以上" in page
        assert cast.castings.name not in page
    assert "您问的" in page_of(client, cast.lihua, demand)


def test_the_buyer_is_told_of_a_question_without_the_asker_and_the_asker_of_the_answer(cast, question):
    told = Notification.objects.get(user=cast.weihua, key__startswith="question")
    assert QUESTION in told.text
    assert cast.castings.name not in told.text
    actions.answer(question, actor=cast.weihua, text="要")
    assert Notification.objects.filter(user=cast.lihua, key__startswith="answer").count() == 1


def test_a_question_is_answered_once_by_who_publishes_for_the_buyer(cast, question, person):
    clerk = person("clerk")
    Membership.objects.create(user=clerk, enterprise=cast.crane, role=Membership.Role.SUBMITTER)
    for stranger in (cast.lihua, cast.wang, cast.zhang, clerk):
        with pytest.raises(PermissionDenied):
            actions.answer(question, actor=stranger, text="要")
    with pytest.raises(Missing):
        actions.answer(question, actor=cast.weihua, text="  ")
    actions.answer(question, actor=cast.weihua, text="要")
    with pytest.raises(WrongState, match="已经回答过"):
        actions.answer(question, actor=cast.weihua, text="不要")


def test_nobody_asks_on_their_own_listing_for_others_or_without_end(cast, demand, rival):
    with pytest.raises(WrongState, match="本企业自己"):
        actions.ask(demand, enterprise=cast.crane, actor=cast.weihua, text="?")
    with pytest.raises(PermissionDenied):
        actions.ask(demand, enterprise=cast.castings, actor=rival, text="?")
    for number in range(5):
        actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text=f"第 {number} 问")
    with pytest.raises(WrongState, match="5 个问题还没有回答"):
        actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text="再问")
    assert actions.ask(demand, enterprise=rival.memberships.get().enterprise, actor=rival, text="问")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("方便的话打13800138000", "手机号"),
        ("我们某铸造厂(示例)能做", "提问企业名称"),
        ("能代开发票吗", "敏感词(票证)"),
    ],
)
def test_a_question_that_gives_something_away_waits_and_is_read_by_its_own_people_only(  # noqa: PLR0917
    cast, demand, rival, client, text, why
):
    asked = actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text=text)
    assert asked.held_for == why
    assert not Notification.objects.filter(user=cast.weihua, key__startswith="question").exists()
    assert why in page_of(client, cast.lihua, demand)
    for reader in (None, rival, cast.weihua):
        assert text not in page_of(client, reader, demand)


def test_a_question_naming_a_masked_buyer_is_treated_like_one_naming_anybody_else(cast, write, enterprise):
    masked = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮", privacy="masked")
    enterprise("某桥机公司(示例)", number=8)
    guesses = [
        actions.ask(masked, enterprise=cast.castings, actor=cast.lihua, text=f"是{name}吗?")
        for name in (cast.crane.name, "某桥机公司(示例)", "某起重机", "某桥机")
    ]
    assert {guess.held_for for guess in guesses} == {""}


def test_an_answer_in_which_a_masked_buyer_names_itself_waits(cast, write, rival, client):
    masked = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮", privacy="masked")
    asked = actions.ask(masked, enterprise=cast.castings, actor=cast.lihua, text="交到哪里?")
    actions.answer(asked, actor=cast.weihua, text="交到某起重机公司的仓库")
    assert "等所在县区审核后公开" in page_of(client, cast.weihua, masked)
    for reader in (cast.lihua, rival, None):
        assert "仓库" not in page_of(client, reader, masked)


def test_an_officer_sees_why_it_is_held_and_releases_it(cast, demand, client):
    asked = actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text="打13800138000问图纸")
    client.force_login(cast.chen)
    page = client.get(reverse("review")).content.decode()
    assert "文字里有手机号" in page
    assert '<mark class="deadline">13800138000<small>手机号</small></mark>' in page
    client.post(reverse("review-question", args=[asked.pk]), {"release": "1"})
    assert QUESTION not in page_of(client, cast.weihua, demand)
    assert "打13800138000问图纸" in page_of(client, cast.weihua, demand)
    assert Notification.objects.filter(user=cast.weihua, key__startswith="question").exists()


def test_an_officer_returns_a_question_with_a_reason_that_its_people_read(cast, demand, client):
    asked = actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text="打13800138000")
    client.force_login(cast.chen)
    address = reverse("review-question", args=[asked.pk])
    client.post(address, {"reason": " "})
    assert Question.objects.get().held_for
    client.post(address, {"reason": "不要留电话,请在站内问"})
    assert "不要留电话,请在站内问" in page_of(client, cast.lihua, demand)
    assert "打13800138000" not in page_of(client, cast.weihua, demand)
    assert Notification.objects.get(user=cast.lihua, key__startswith="returned").text.endswith("请在站内问")
    assert AuditRecord.objects.get(verb="question.returned").details["text"] == "打13800138000"


def test_a_returned_answer_is_written_anew(cast, question):
    actions.answer(question, actor=cast.weihua, text="打电话0373-5551234")
    actions.return_question(question, actor=cast.chen, reason="不要留电话")
    question.refresh_from_db()
    assert (question.answer, question.answered_at) == ("", None)
    assert actions.answer(question, actor=cast.weihua, text="要").answer_held_for == ""
    with pytest.raises(WrongState, match="已经有人处理过"):
        actions.release_question(question, actor=cast.chen)


def test_only_officers_of_the_listings_region_decide(cast, demand, client):
    asked = actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text="打13800138000")
    for stranger in (cast.weihua, cast.lihua, cast.wang, cast.zhang):
        with pytest.raises(PermissionDenied):
            actions.release_question(asked, actor=stranger)
        client.force_login(stranger)
        assert client.post(reverse("review-question", args=[asked.pk]), {"release": "1"}).status_code == 404


def test_messages_are_read_by_both_sides_and_their_brokers_and_nobody_else(cast, engagement, rival, client):
    say(engagement, cast.lihua, Party.SUPPLIER, "图纸能发一份吗")
    for reader in (cast.weihua, cast.lihua, cast.wang, cast.chen):
        assert "图纸能发一份吗" in page_of(client, reader, engagement)
    for stranger in (rival, cast.root):
        client.force_login(stranger)
        assert client.get(engagement.get_absolute_url()).status_code == 404
        assert client.post(reverse("say", args=[engagement.reference]), {"text": "x"}).status_code == 404
    assert Message.objects.count() == 1


def test_nobody_speaks_for_the_other_side(cast, engagement, client):
    with pytest.raises(PermissionDenied):
        say(engagement, cast.lihua, Party.BUYER, "x")
    client.force_login(cast.lihua)
    assert client.post(reverse("say", args=[engagement.reference]), {"text": "x", "party": "buyer"}).status_code == 403


def test_what_is_unread_is_counted_on_the_desk_until_the_page_is_opened(cast, engagement, client):
    for text in ("一", "二"):
        say(engagement, cast.lihua, Party.SUPPLIER, text)
    client.force_login(cast.weihua)
    assert "2 条未读" in client.get(reverse("desk")).content.decode()
    assert page_of(client, cast.weihua, engagement).count(">新</span>") == 2
    assert ">新</span>" not in page_of(client, cast.weihua, engagement)
    assert "条未读" not in client.get(reverse("desk")).content.decode()
    client.force_login(cast.lihua)
    assert "条未读" not in client.get(reverse("desk")).content.decode()


def test_several_unread_messages_are_one_notice_that_does_not_say_what_they_say(cast, engagement, client):
    for text in ("单价 820", "再低一点"):
        say(engagement, cast.lihua, Party.SUPPLIER, text)
    told = Notification.objects.filter(user=cast.weihua, key__startswith="messages")
    assert told.count() == 1
    assert "820" not in told.get().text
    page_of(client, cast.weihua, engagement)
    say(engagement, cast.lihua, Party.SUPPLIER, "还在吗")
    assert told.count() == 2


def test_a_masked_buyer_does_not_slip_out_in_what_it_writes_to_a_supplier(cast, write, client):
    masked = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮", privacy="masked")
    started = actions.express_interest(masked, supplier=cast.castings, actor=cast.lihua)
    for text, what in (("我们是某起重机公司(示例)", "本企业名称"), ("打13800138000", "手机号")):
        with pytest.raises(WrongState, match=what):
            say(started, cast.weihua, Party.BUYER, text)
        with pytest.raises(WrongState, match=what):
            actions.move_engagement(started, "ask", actor=cast.weihua, party=Party.BUYER, reason=text)
    say(started, cast.weihua, Party.BUYER, "图纸稍后发")
    page = page_of(client, cast.lihua, started)
    assert "买方 ·" in page
    assert cast.crane.name not in page
    actions.reveal(masked, to=cast.castings, step=Reveal.Step.NAME, actor=cast.weihua)
    say(started, cast.weihua, Party.BUYER, "我们是某起重机公司(示例)")
    assert cast.crane.name in page_of(client, cast.lihua, started)


@pytest.mark.parametrize(("name", "longest"), [("ask", 400), ("say", 2000)])
def test_a_text_that_is_too_long_is_refused_with_both_lengths(cast, demand, engagement, client, name, longest):  # noqa: PLR0917
    client.force_login(cast.lihua)
    thing = demand if name == "ask" else engagement
    given = {"text": "长" * (longest + 1), "enterprise": cast.castings.pk}
    page = client.post(reverse(name, args=[thing.reference]), given, follow=True).content.decode()
    assert (
        f"最多 {longest} 个字，现在有 {longest + 1} 个" in page or f"最多 {longest} 个字,现在有 {longest + 1}" in page
    )
    assert not Message.objects.exists()
    assert not Question.objects.exists()


def test_pages_cost_the_same_however_much_was_said(cast, demand, engagement, client, django_assert_max_num_queries):
    for number in range(6):
        say(engagement, cast.lihua, Party.SUPPLIER, f"第 {number} 句")
        asked = actions.ask(demand, enterprise=cast.castings, actor=cast.lihua, text=f"第 {number} 问")
        actions.answer(asked, actor=cast.weihua, text="是")
    for reader in (cast.weihua, cast.lihua, cast.chen):
        client.force_login(reader)
        for address in (demand.get_absolute_url(), engagement.get_absolute_url(), "/desk/", "/review/"):
            client.get(address)
            with django_assert_max_num_queries(15):
                assert client.get(address).status_code == 200
