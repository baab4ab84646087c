import datetime as dt
import re
import smtplib
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

import chuanzhu_site
from chuanzhu_site.accounts.actions import claims
from chuanzhu_site.market import actions, sending, telling
from chuanzhu_site.market.models import Channel, ContactChoice, Delivery, Notification, Topic
from chuanzhu_site.market.senders import NotSent

pytestmark = pytest.mark.django_db
State = Delivery.State
LETTERS = []


@pytest.fixture(autouse=True)
def _outbox(settings):
    settings.SITE_ADDRESS = "https://duijie.example"
    LETTERS.clear()


def keep(letter):
    LETTERS.append(letter)


def refuse(letter):
    raise NotSent("网关不通")


def refuse_for_good(letter):
    raise NotSent("空号", is_final=True)


def die(letter):
    LETTERS.append(letter)
    raise SystemExit(9)


def doubt(letter):
    raise TimeoutError("no answer after DATA")


@pytest.fixture
def by(settings):
    def use(sender, channel="email"):
        settings.SENDERS = {**settings.SENDERS, channel: f"{__name__}.{sender.__name__}"}

    return use


def work():
    """Do what the worker that sends would do."""
    options = {"queue_names": ["post"], "interval": 0, "batch": True, "backend_name": "default"}
    options |= {"startup_delay": False, "max_tasks": None, "worker_id": "test", "excluded_queue_names": []}
    worker = Worker(**options)
    for waiting in DBTaskResult.objects.filter(queue_name="post", status="READY"):
        worker.run_task(waiting)


def tell(user, key="found:1", text="“铸钢车轮”找到 2 家合适的供方"):
    telling.tell([user], key=key, text=text, address="/match/abc/")


def choose(user, pace, *, topic=Topic.MATCH, channel=Channel.EMAIL):
    ContactChoice.objects.update_or_create(user=user, topic=topic, channel=channel, defaults={"pace": pace})


def test_a_notice_leaves_at_once_by_mail_with_a_link_and_says_how_to_have_it_otherwise(cast):
    tell(cast.weihua)
    work()
    (letter,) = mail.outbox
    assert letter.to == ["weihua@example.com"]
    assert letter.subject == "【串珠】“铸钢车轮”找到 2 家合适的供方"
    assert "https://duijie.example/match/abc/" in letter.body
    assert "https://duijie.example/telling/" in letter.body
    sent = Delivery.objects.get()
    assert (sent.state, bool(sent.sent_at)) == (State.SENT, True)


def test_nothing_is_sent_twice_however_often_it_is_told_or_queued(cast):
    for _ in range(3):
        tell(cast.weihua)
        sending.send_due(at=timezone.now())
    work()
    work()
    assert len(mail.outbox) == 1


def test_several_notices_that_are_due_together_are_one_letter(cast):
    for number in range(40):
        tell(cast.weihua, key=f"found:{number}", text=f"第 {number} 条")
    work()
    (letter,) = mail.outbox
    assert "您有 40 条新通知" in letter.subject
    assert "还有 10 条" in letter.body


def test_who_chose_a_digest_gets_one_letter_next_morning_without_what_was_read_meanwhile(cast):
    choose(cast.weihua, "daily")
    for number in range(3):
        tell(cast.weihua, key=f"found:{number}", text=f"第 {number} 条")
    tell(cast.weihua, key="engagement:1", text="对接有进展")
    work()
    assert [letter.subject for letter in mail.outbox] == ["【串珠】对接有进展"]
    Notification.objects.filter(key="found:1").update(read_at=timezone.now())
    morning = Delivery.objects.filter(state=State.WAITING).first().due_at
    assert timezone.localtime(morning).hour == 8
    assert sending.send_letter(cast.weihua.pk, "email", at=morning - dt.timedelta(minutes=1)) == ""
    assert sending.send_letter(cast.weihua.pk, "email", at=morning) == State.SENT
    digest = mail.outbox[-1]
    assert "第 0 条" in digest.body
    assert "第 2 条" in digest.body
    assert "第 1 条" not in digest.body


def test_who_wants_none_gets_none_and_still_has_it_in_the_site(cast):
    choose(cast.weihua, "never")
    tell(cast.weihua)
    work()
    assert mail.outbox == []
    assert cast.weihua.notifications.count() == 1


def test_short_messages_go_only_to_who_asked_for_them_and_gave_a_number(cast, by):
    by(keep, "sms")
    choose(cast.weihua, "at-once", channel=Channel.SMS)
    tell(cast.weihua)
    cast.lihua.phone = "13800138000"
    cast.lihua.save()
    tell(cast.lihua)
    assert not Delivery.objects.filter(channel="sms").exists()
    choose(cast.lihua, "at-once", channel=Channel.SMS)
    tell(cast.lihua, key="found:2")
    work()
    (message,) = LETTERS
    assert (message.to, message.line) == ("13800138000", "【串珠】“铸钢车轮”找到 2 家合适的供方")


def test_the_console_sender_logs_no_number(cast, caplog):
    cast.lihua.phone = "13800138000"
    cast.lihua.save()
    choose(cast.lihua, "at-once", channel=Channel.WECHAT)
    tell(cast.lihua)
    with caplog.at_level("INFO", logger="chuanzhu_site.market.senders.console"):
        work()
    (line,) = [record.getMessage() for record in caplog.records if "senders.console" in record.name]
    assert "铸钢车轮" in line
    assert "13800138000" not in line


def test_what_surely_was_not_sent_is_tried_again_after_growing_waits_and_then_fails(cast, by):
    by(refuse)
    tell(cast.weihua)
    at, waits = timezone.now(), []
    while Delivery.objects.get().state == State.WAITING:
        sending.send_letter(cast.weihua.pk, "email", at=at)
        waits.append(Delivery.objects.get().due_at - at)
        at = Delivery.objects.get().due_at
    failed = Delivery.objects.get()
    assert (failed.state, failed.error, failed.attempts) == (State.FAILED, "网关不通", 6)
    assert [wait.total_seconds() / 60 for wait in waits[:-1]] == [1, 5, 30, 120, 720]


def test_what_never_can_be_sent_is_not_tried_again(cast, by):
    by(refuse_for_good)
    tell(cast.weihua)
    work()
    assert Delivery.objects.get().state == State.FAILED


def test_a_letter_is_not_sent_again_where_the_worker_was_killed_between_sending_and_noting(cast, by):
    by(die)
    tell(cast.weihua)
    with pytest.raises(SystemExit):
        sending.send_letter(cast.weihua.pk, "email", at=timezone.now())
    by(keep)
    later = timezone.now() + dt.timedelta(minutes=11)
    for at in (timezone.now(), later, later + dt.timedelta(days=1)):
        sending.send_due(at=at)
        work()
    assert len(LETTERS) == 1
    unsure = Delivery.objects.get()
    assert (unsure.state, unsure.error) == (State.UNSURE, "发送途中被打断")


def test_what_may_or_may_not_have_left_is_not_sent_again_by_itself(cast, by):
    by(doubt)
    tell(cast.weihua)
    work()
    assert Delivery.objects.get().state == State.UNSURE


def test_who_left_or_gave_no_address_is_sent_nothing(cast):
    tell(cast.weihua)
    cast.weihua.is_active = False
    cast.weihua.save()
    cast.lihua.email = ""
    cast.lihua.save()
    tell(cast.lihua)
    work()
    assert mail.outbox == []
    assert Delivery.objects.get().state == State.SKIPPED


class Smtp(BaseEmailBackend):
    """A mail server that fails in the way that ``fault`` says."""

    fault = None

    def open(self):
        if isinstance(self.fault, ConnectionRefusedError):
            raise self.fault

    def send_messages(self, messages):  # noqa: ARG002 (Django's interface)
        raise self.fault


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (ConnectionRefusedError("refused"), State.WAITING),
        (smtplib.SMTPRecipientsRefused({"weihua@example.com": (550, b"no such user")}), State.FAILED),
        (smtplib.SMTPRecipientsRefused({"weihua@example.com": (450, b"later")}), State.WAITING),
        (smtplib.SMTPDataError(451, b"busy"), State.WAITING),
        (smtplib.SMTPDataError(554, b"spam"), State.FAILED),
        (smtplib.SMTPServerDisconnected("gone"), State.UNSURE),
    ],
)
def test_a_mail_servers_answers_are_told_apart(cast, settings, fault, state):
    Smtp.fault = fault
    settings.EMAIL_BACKEND = f"{__name__}.Smtp"
    tell(cast.weihua)
    work()
    assert Delivery.objects.get().state == state


def test_no_letter_names_a_masked_buyer(cast, supply, write):
    asked = write("product-demand", by=cast.weihua, of=cast.crane, text="求购铸钢车轮", privacy="masked")
    one = actions.express_interest(asked, supplier=cast.castings, actor=cast.lihua, supply=supply)
    actions.move_engagement(one, "accept", actor=cast.weihua, party="buyer")
    work()
    letters = [letter for letter in mail.outbox if letter.to == ["lihua@example.com"]]
    assert letters
    assert not any(cast.crane.name in letter.subject + letter.body for letter in letters)


def test_a_break_in_a_title_begins_no_header(cast):
    tell(cast.weihua, text="车轮\nBcc: other@example.com")
    work()
    assert mail.outbox[0].subject == "【串珠】车轮 Bcc: other@example.com"


def test_a_notice_of_the_market_has_the_topic_of_its_kind_of_fact_and_no_kind_is_made_up(cast):
    texts = [path.read_text("utf-8") for path in Path(chuanzhu_site.__file__).parent.rglob("*.py")]
    used = {kind for text in texts for kind in re.findall(r'f"([a-z-]+):\{', text)}
    assert {kind for kinds in telling.TOPICS.values() for kind in kinds} <= used
    tell(cast.weihua, key="owed:1")
    assert cast.weihua.notifications.get().topic == Topic.DUE


def test_the_page_of_choices_keeps_them_for_each_topic_and_channel(cast, client):
    client.force_login(cast.weihua)
    address = reverse("telling")
    page = client.get(address).content.decode()
    assert "短信、微信还没有接入" in page
    names = re.findall(r'<select name="([\w-]+)"', page)
    assert len(names) == len(Topic) * 3
    given = {**dict.fromkeys(names, "at-once"), "match-email": "daily", "due-sms": "never", "phone": "138-0013 8000"}
    assert client.post(address, given).status_code == 302
    chosen = {f"{one.topic}-{one.channel}": one.pace for one in cast.weihua.contact_choices.all()}
    assert chosen == {name: value for name, value in given.items() if name != "phone"}
    cast.weihua.refresh_from_db()
    assert cast.weihua.phone == "13800138000"
    refused = client.post(address, {**given, "phone": "12345"})
    assert refused.status_code == 422
    assert "不是手机号" in refused.content.decode()


def test_all_notices_are_listed_and_read_at_once(cast, client, django_assert_max_num_queries):
    for number in range(60):
        tell(cast.weihua, key=f"found:{number}", text=f"第 {number} 条")
    client.force_login(cast.weihua)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("notices")).content.decode()
    assert "60 条通知没看" in page
    assert page.count('<li class="new">') == 50
    client.post(reverse("notices-read"))
    assert "通知都看过了" in client.get(reverse("notices")).content.decode()


def test_an_administrator_sees_what_failed_and_has_it_sent_again(cast, by, client, django_assert_max_num_queries):
    by(refuse_for_good)
    for number in range(30):
        tell(cast.weihua, key=f"found:{number}")
        sending.send_letter(cast.weihua.pk, "email", at=timezone.now())
    client.force_login(cast.root)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("running")).content.decode()
    assert "没发出去的通知：30 条" in page
    assert "空号" in page
    by(keep)
    DBTaskResult.objects.all().delete()
    one = Delivery.objects.first()
    client.post(reverse("running-again", args=["letter", one.pk]))
    work()
    one.refresh_from_db()
    assert (one.state, len(LETTERS)) == (State.SENT, 1)


def test_a_task_that_was_given_up_is_shown_and_started_over(cast, client):
    tell(cast.weihua)
    row = DBTaskResult.objects.get(queue_name="post")
    row.status, row.worker_ids, row.exception_class_path = "FAILED", ["w"] * 6, "builtins.OSError"
    row.finished_at = timezone.now()
    row.save()
    client.force_login(cast.root)
    assert "builtins.OSError" in client.get(reverse("running")).content.decode()
    client.post(reverse("running-again", args=["task", row.pk]))
    row.refresh_from_db()
    assert row.status == "READY"


def test_only_administrators_of_everything_see_the_page_of_what_failed(cast, client):
    cast.chen.scopes.create(role="administrator", region="410000")
    for user in (cast.weihua, cast.wang, cast.zhang, cast.chen):
        client.force_login(user)
        assert client.get(reverse("running")).status_code == 403
        assert client.post(reverse("running-again", args=["letter", 1])).status_code == 403


def test_a_failing_task_is_tried_again_by_a_real_worker(cast, by):
    tell(cast.weihua)
    Delivery.objects.all().delete()
    DBTaskResult.objects.update(args_kwargs={"args": ["nobody", "email"], "kwargs": {}})
    work()
    row = DBTaskResult.objects.get()
    assert row.status == "READY"
    assert row.run_after > timezone.now()
    assert "ValueError" in row.exception_class_path


def test_who_claimed_an_enterprise_is_told_how_it_was_decided(cast, person):
    for act, said in ((claims.approve_claim, "通过了"), (claims.refuse_claim, "没有通过:执照对不上")):
        user = person(f"claimant{len(said)}")
        claim = claims.submit_claim(cast.castings, actor=user, position="经理")
        assert not user.notifications.exists()
        act(claim, actor=cast.zhang, reason="执照对不上")
        told = user.notifications.get()
        assert said in told.text
        assert told.topic == Topic.REVIEW
