import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from chuanzhu_site.accounts.models import AuditRecord
from chuanzhu_site.accounts.refusals import Missing, WrongState
from chuanzhu_site.market.models import Listing, Notification
from chuanzhu_site.observatory import actions, surveying
from chuanzhu_site.observatory.models import Lead, NodePlacement

pytestmark = pytest.mark.django_db
GAP = "construction_machinery-14"  # what a crane is hung on
START = ["henan", "construction_machinery", GAP]
MADE = "construction_machinery-01"


@pytest.fixture
def placed(surveyed, cast):
    return NodePlacement.objects.get(enterprise=cast.castings, node=MADE)


def test_what_an_officer_confirms_or_refuses_survives_the_next_survey_and_is_on_record(placed, cast):
    other = NodePlacement.objects.exclude(pk=placed.pk).filter(enterprise=cast.castings).first()
    actions.decide_placement(placed, is_right=True, actor=cast.zhang)
    actions.decide_placement(other, is_right=False, actor=cast.zhang, note="只做机械铸件")
    surveying.survey("henan", on=dt.date(2027, 3, 1))
    rows = dict(NodePlacement.objects.filter(enterprise=cast.castings).values_list("node", "standing"))
    assert (rows[MADE], rows[other.node]) == ("confirmed", "refused")
    verbs = list(AuditRecord.objects.filter(actor=cast.zhang).values_list("verb", flat=True))
    assert verbs == ["placement.refuse", "placement.confirm"]


def test_a_correction_is_on_the_map_at_once(placed, cast, client):
    client.force_login(cast.zhang)
    address = reverse("node", args=["henan", "construction_machinery", MADE]) + "?region=410526"
    assert cast.castings.name in client.get(address).content.decode()
    client.post(reverse("placement-decide", args=[placed.pk]), {"refuse": "", "note": "停产多年"})
    assert cast.castings.name not in client.get(address).content.decode().split("谁在这个环节")[1]


def test_a_placement_is_corrected_by_its_own_county_only_and_refused_with_a_reason(placed, cast):
    with pytest.raises(PermissionDenied):
        actions.decide_placement(placed, is_right=True, actor=cast.wang)
    with pytest.raises(Missing):
        actions.decide_placement(placed, is_right=False, actor=cast.zhang, note=" ")


def test_an_enterprise_is_entered_by_hand_and_contradicting_days_are_refused_in_words(surveyed, cast, client):
    client.force_login(cast.zhang)
    given = {"enterprise": cast.castings.name, "share": 40, "source": "走访", "source_date": "2026-11-01"}
    wrong = client.post(reverse("placement-enter", args=START), given | {"since": "2026-11-10", "until": "2026-11-01"})
    assert wrong.status_code == 422
    assert "起止日期矛盾:从 2026-11-10 起,却到 2026-11-01 止" in wrong.content.decode()
    assert client.post(reverse("placement-enter", args=START), given | {"since": "2026-11-10"}).status_code == 302
    assert NodePlacement.objects.get(enterprise=cast.castings, node=GAP).standing == "entered"
    again = client.post(reverse("placement-enter", args=START), given | {"since": "2026-11-10"})
    assert "已经在这个环节上了" in again.content.decode()


def test_contradicting_days_in_the_database_are_told_on_the_overview(placed, client):
    NodePlacement.objects.filter(pk=placed.pk).update(since=dt.date(2026, 5, 2), until=dt.date(2026, 5, 1))
    surveying.survey("henan")
    assert "起止日期矛盾" in client.get(reverse("chains")).content.decode()


def test_scouting_goes_to_the_closest_broker_and_is_opened_once(surveyed, cast, client):
    client.force_login(cast.chen)
    for _ in range(2):
        client.post(reverse("lead-start", args=START), {"act": "scout", "region": "410526"})
    lead = Lead.objects.get()
    assert (lead.broker, lead.region, lead.state) == (cast.wang, "410526", "open")
    assert "请摸排" in Notification.objects.get(user=cast.wang).text
    assert lead.reasons


def test_a_gap_becomes_a_demand_only_by_the_hand_of_who_needs_it_and_keeps_its_thread(surveyed, cast, client):
    client.force_login(cast.chen)
    candidate = cast.crane
    client.post(reverse("lead-start", args=START), {"act": "demand", "region": "410000", "candidate": candidate.pk})
    lead = Lead.objects.get()
    assert lead.candidate == candidate
    assert not Listing.objects.filter(origin="gap").exists()
    assert client.post(reverse("lead-demand", args=[lead.reference])).status_code == 403
    client.force_login(cast.weihua)
    assert "要不要买" in client.get(lead.get_absolute_url()).content.decode()
    assert "/edit/" in client.post(reverse("lead-demand", args=[lead.reference])).url
    drafted = Listing.objects.get(origin="gap")
    assert (drafted.thread, drafted.state, drafted.enterprise) == (lead.thread, "draft", candidate)
    assert drafted.chain == "construction_machinery"


def test_a_firm_drafts_its_own_demand_from_a_gap_in_one_click(surveyed, cast, client):
    client.force_login(cast.weihua)
    answer = client.post(reverse("lead-start", args=START), {"act": "demand", "region": "410000"})
    drafted = Listing.objects.get(origin="gap")
    assert answer.url == reverse("listing-edit", args=[drafted.reference])
    assert Lead.objects.get().thread == drafted.thread


def test_a_firm_can_neither_send_a_broker_nor_recruit(surveyed, cast, client):
    client.force_login(cast.weihua)
    for act in ("scout", "recruit"):
        assert client.post(reverse("lead-start", args=START), {"act": act, "region": "410000"}).status_code == 403
    assert not Lead.objects.exists()


def test_a_lead_ends_with_a_word_on_how_and_stays_ended(surveyed, cast, client):
    client.force_login(cast.wang)
    client.post(reverse("lead-start", args=START), {"act": "recruit", "region": "410500"})
    lead = Lead.objects.get()
    with pytest.raises(Missing):
        actions.move_lead(lead, "done", actor=cast.wang)
    actions.move_lead(lead, "done", actor=cast.wang, note="已签约")
    with pytest.raises(WrongState, match="现在是“办成”"):
        actions.move_lead(lead, "doing", actor=cast.wang)
    client.force_login(cast.lihua)
    assert client.get(lead.get_absolute_url()).status_code == 404
    assert client.get(reverse("leads")).status_code == 200
