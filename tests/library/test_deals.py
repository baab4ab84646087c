"""The terms of a deal, judged all at once, against the reasons that put them into words one by one."""

import contextlib
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chuanzhu import Demand, Matcher, Quantity, Supply
from chuanzhu.matching.columns import Column
from chuanzhu.matching.deals import file_certificates, file_terms, judge_deals
from chuanzhu.matching.filing import DTYPES
from chuanzhu.matching.index_writer import Appender
from chuanzhu.matching.rules import BROKEN, deal_reasons
from chuanzhu.model import Need, RegionWish

REGIONS = ["", "410000", "410100", "410105", "410181", "419001", "410500", "110000", "110105", "130400"]
CODES = ["ISO9001", "IATF16949", "ISO13485", "CMMI5", "CMMI3", "材质证明", "某某认证", "iso 9001"]
DAYS = st.one_of(st.none(), st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)))
QUANTITIES = st.builds(
    Quantity,
    st.one_of(st.just(0), st.integers(1, 10**12), st.floats(0.001, 1e6)),
    st.sampled_from(["t", "kg", "台", "套", "件", "箱", "m2", "双", "打", "榀"]),
    per=st.sampled_from(["", "day", "month", "year"]),
    maximum=st.one_of(st.none(), st.integers(1, 10**6)),
)
SUPPLIES = st.builds(
    Supply,
    id=st.just("1"),
    enterprise=st.just("某厂"),
    product=st.just("螺栓"),
    capacity=st.one_of(st.none(), QUANTITIES),
    region=st.sampled_from(REGIONS),
    certificates=st.one_of(st.none(), st.lists(st.sampled_from(CODES), max_size=3).map(tuple)),
    valid_until=DAYS,
)
NEEDS = st.builds(
    Need,
    demand=st.just(Demand(text="螺栓")),
    quantity=st.one_of(st.none(), QUANTITIES),
    certificates=st.lists(st.sampled_from(CODES), max_size=2, unique=True).map(tuple),
    wished_certificates=st.lists(st.sampled_from(CODES), max_size=2, unique=True).map(tuple),
    region=st.builds(
        RegionWish,
        codes=st.lists(st.sampled_from(REGIONS[1:]), max_size=2, unique=True).map(tuple),
        strict=st.booleans(),
        excluded=st.lists(st.sampled_from(REGIONS[1:]), max_size=1).map(tuple),
    ),
    deadline=DAYS,
)


def filed(supplies, folder):
    columns = {}
    for name, runs in (("terms", file_terms(supplies)), ("fulfilled", file_certificates(supplies))):
        with contextlib.closing(Appender(folder / name, DTYPES[name], rows=0, checksum=0)) as appender:
            appender.append(runs)
        columns[name] = Column(folder / name, DTYPES[name])
    return columns


@settings(max_examples=300, deadline=None)
@given(need=NEEDS, supplies=st.lists(SUPPLIES, min_size=1, max_size=6))
def test_terms_judged_together_earn_what_their_reasons_say_one_by_one(need, supplies, tmp_path_factory):
    deals = judge_deals(need, np.arange(len(supplies)), filed(supplies, tmp_path_factory.mktemp("columns")))
    reasons = [deal_reasons(need, supply) for supply in supplies]
    assert deals.points == pytest.approx([sum(reason.points for reason in each) for each in reasons], abs=0.0101)
    assert deals.is_barred.tolist() == [any(reason.code in BROKEN for reason in each) for each in reasons]


def maker(identity, *, tons, region):
    capacity = Quantity(tons, "t", per="month")
    return Supply(id=identity, enterprise=f"{identity}厂", product="六角螺栓", capacity=capacity, region=region)


def test_among_four_hundred_makers_of_one_thing_the_terms_decide():
    makers = [maker(str(number), tons=number, region="410100") for number in range(400)]
    matcher = Matcher.build([*makers, maker("near", tons=399, region="410581")])
    best = matcher.match(Demand(text="六角螺栓,每月300吨,安阳林州附近"), limit=3)
    assert best[0].supply.id == "near"
    assert [match.score for match in best] == sorted((match.score for match in best), reverse=True)
    assert {reason.code for reason in best[1].reasons} >= {"capacity_enough", "region"}
