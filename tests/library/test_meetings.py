"""The timetable of an event: rules kept, aims reached, conflicts told, repairs small, by a checker of its own."""

import dataclasses
import itertools
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from meetings_checker import breaks_of, faults

from chuanzhu.meetings import (
    Effort,
    Event,
    EventError,
    InfeasibleEvent,
    Meeting,
    OutOfTime,
    Participant,
    Placement,
    SolverMissing,
    arrange,
    check_event,
    plan,
    repair,
)
from chuanzhu.meetings import solver as solver_module

pytest.importorskip("ortools", reason="OR-Tools is an optional part")
QUICK = Effort(seconds=10, workers=1)
NAMES = ("伟华", "力华", "新华", "中原", "黄河", "嵩山")


def people(count, **more):
    return tuple(Participant(name=name, **more) for name in NAMES[:count])


def event(pairs, *, slots=3, tables=2, count=4, **more):
    wishes = tuple(pair if isinstance(pair, Meeting) else Meeting(first=pair[0], second=pair[1]) for pair in pairs)
    return Event(**{"participants": people(count), "meetings": wishes, "slots": slots, "tables": tables} | more)


def placed(timetable):
    return [(each.meeting, each.slot, each.table) for each in timetable.placements]


@st.composite
def events(draw):
    count = draw(st.integers(2, 5))
    slots = draw(st.integers(1, 4))
    some_slots = st.frozensets(st.integers(1, slots), max_size=1)
    who = tuple(
        Participant(name=name, absent=draw(some_slots), most=draw(st.sampled_from([None, None, 1, 2])))
        for name in NAMES[:count]
    )
    pairs = list(itertools.combinations(range(count), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=6, unique=True))
    halves = st.sampled_from(["", "", "morning", "afternoon"])
    wishes = tuple(
        Meeting(first=a, second=b, fit=draw(st.integers(0, 9)), half=draw(halves), forbidden=draw(some_slots))
        for a, b in chosen
    )
    order = ((0, len(wishes) - 1),) if len(wishes) > 1 and draw(st.booleans()) else ()
    return Event(
        participants=who,
        meetings=wishes,
        slots=slots,
        tables=draw(st.integers(1, 3)),
        morning=draw(st.integers(0, slots)),
        precedences=order,
        rivals=((0, 1),) if draw(st.booleans()) else (),
        in_a_row=draw(st.sampled_from([None, 1, 2])),
    )


def every_choice(case):
    """Try every slot for every wish, not held included, and return the most meetings and the most fit with them."""
    best = (0, 0)
    for slots in itertools.product(range(case.slots + 1), repeat=len(case.meetings)):
        held = [(number, slot) for number, slot in enumerate(slots) if slot]
        value = (len(held), sum(case.meetings[number].fit for number, _ in held))
        if value > best and not list(faults(case, seated(held))):
            best = value
    return best


def seated(held):
    count = {}
    rows = []
    for meeting, slot in held:
        count[slot] = count.get(slot, 0) + 1
        rows.append((meeting, slot, count[slot]))
    return rows


@settings(max_examples=25, deadline=None)
@given(events())
def test_a_timetable_keeps_every_rule_and_holds_as_many_meetings_as_any_could(case):
    timetable = plan(case, effort=QUICK)
    assert list(faults(case, placed(timetable))) == []
    held, fit = every_choice(case)
    assert (timetable.measure("held").value, timetable.measure("fit").value) == (held, 10 * fit)
    assert timetable.measure("held").bound >= held


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(list(itertools.combinations(range(5), 2))), min_size=1, max_size=5, unique=True))
def test_the_breaks_are_the_fewest_that_any_arrangement_has(pairs):
    case = event([Meeting(first=a, second=b, is_required=True) for a, b in pairs], slots=4, tables=2, count=5)
    best = None
    for slots in itertools.product(range(1, 5), repeat=len(pairs)):
        if not list(faults(case, seated(list(enumerate(slots))))):
            own = [breaks_of({s for s, pair in zip(slots, pairs, strict=True) if who in pair}) for who in range(5)]
            best = sum(own) if best is None else min(best, sum(own))
    if best is None:
        with pytest.raises(InfeasibleEvent):
            arrange(case, effort=QUICK)
    else:
        assert arrange(case, effort=QUICK)[1][0].value == best


def test_a_mutual_wish_goes_before_a_higher_score():
    wishes = [Meeting(first=0, second=1, fit=99), Meeting(first=0, second=2, fit=1, is_mutual=True)]
    assert set(plan(event(wishes, slots=1), effort=QUICK).slots) == {1}


def test_a_host_stays_at_the_table_and_nobody_else_sits_there():
    hosts = (Participant(name="链主", table=2), *people(4))
    case = event([(0, 1), (0, 2), (3, 4), (1, 3)], count=5, participants=hosts)
    timetable = plan(case, effort=QUICK)
    assert list(faults(case, placed(timetable))) == []
    assert {each.table for each in timetable.placements if case.meetings[each.meeting].first == 0} == {2}


def test_people_keep_their_table_from_one_meeting_to_the_next_where_they_can():
    timetable = plan(event([(0, 1), (0, 2), (0, 3)], tables=5), effort=QUICK)
    assert len({each.table for each in timetable.placements}) == 1
    assert timetable.measure("walks").value == 0


def test_an_infeasible_event_names_a_minimal_conflict_in_words():
    away = (Participant(name="伟华", absent=frozenset({1, 2})), *people(4)[1:])
    wishes = [Meeting(first=0, second=1, is_required=True), Meeting(first=0, second=2, is_required=True), (1, 2)]
    with pytest.raises(InfeasibleEvent) as caught:
        plan(event(wishes, participants=away), effort=QUICK)
    assert caught.value.is_minimal
    assert set(caught.value.rules) == {
        "“伟华”第 1、2 场不在",
        "会面“伟华—力华”必须安排",
        "会面“伟华—新华”必须安排",
    }
    assert "放宽其中任何一条" in str(caught.value)


def test_precedences_in_a_circle_are_told_as_such():
    wishes = [Meeting(first=0, second=1, is_required=True), Meeting(first=2, second=3, is_required=True)]
    with pytest.raises(InfeasibleEvent) as caught:
        plan(event(wishes, precedences=((0, 1), (1, 0))), effort=QUICK)
    assert len(caught.value.rules) == 4
    assert "会面“伟华—力华”要先于“新华—中原”" in caught.value.rules


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (event([(0, 0)]), "第 1 条会面是“伟华”见自己;请改成对方的名字"),
        (event([(0, 9)]), "不在名单上的参会者"),
        (event([(0, 1)], tables=0), "桌数是 0;桌数至少是 1"),
        (event([(0, 1)], slots=0), "场次数是 0"),
        (event([(0, 1)], morning=9), "上午场次 9"),
        (event([(0, 1)], most=-1), "每人最多会面是 -1"),
        (event([Meeting(first=0, second=1, fixed=9)]), "指定在第 9 场,可是只有 3 场"),
        (event([(0, 1)], precedences=((0, 5),)), "先后要求"),
        (event([(0, 1)], participants=people(2, table=1), count=2), "第 1 桌固定给了不止一家"),
        (event([(0, 1)], participants=people(2, table=7), count=2), "固定在第 7 桌,可是只有 2 桌"),
        (
            event([Meeting(first=0, second=other, fixed=1) for other in (1, 2, 3)], slots=2),
            "“伟华”有 3 个指定了场次的会面,可是只有 2 场",
        ),
        (event([Meeting(first=0, second=other, fixed=1) for other in (1, 2)]), "“伟华”在第 1 场有 2 个指定的会面"),
    ],
)
def test_an_event_that_contradicts_itself_is_refused_with_the_cure(case, words):
    with pytest.raises(EventError, match=words.replace("(", r"\(")):
        check_event(case)


def crowd():
    pairs = [(a, b) for a in range(10) for b in range(10, 25) if (a * 7 + b) % 3]
    who = tuple(Participant(name=f"企业{number}") for number in range(25))
    return Event(participants=who, meetings=tuple(Meeting(first=a, second=b) for a, b in pairs), slots=8, tables=9)


def throng():
    pairs = [(a, b) for a in range(30) for b in range(30, 80) if (a * 7 + b * b) % 3]
    who = tuple(Participant(name=f"企业{number}") for number in range(80))
    return Event(participants=who, meetings=tuple(Meeting(first=a, second=b) for a, b in pairs), slots=24, tables=35)


def test_when_time_runs_out_the_best_so_far_is_returned_with_its_gap():
    timetable = plan(throng(), effort=Effort(seconds=1, workers=1))
    assert list(faults(throng(), placed(timetable))) == []
    assert timetable.measure("held").gap < 0.05
    assert timetable.measure("breaks").gap > 0


def test_cancelling_ends_the_search_with_what_is_there():
    flag = threading.Event()
    threading.Timer(1.0, flag.set).start()
    timetable = plan(throng(), effort=Effort(seconds=60, workers=1, cancel=flag))
    assert flag.is_set()
    assert list(faults(throng(), placed(timetable))) == []


def test_cancelling_before_anything_is_found_says_so():
    flag = threading.Event()
    flag.set()
    case = crowd()
    hard = dataclasses.replace(
        case, meetings=tuple(dataclasses.replace(each, is_required=True) for each in case.meetings), slots=20
    )
    with pytest.raises(OutOfTime, match="已按要求停止"):
        plan(hard, effort=Effort(seconds=60, workers=1, cancel=flag))


def test_a_no_show_moves_nobody_else():
    case = crowd()
    timetable = plan(case, effort=Effort(seconds=2, workers=1))
    who = case.meetings[timetable.placements[0].meeting].second
    gone = dataclasses.replace(case.participants[who], absent=frozenset(range(1, 9)))
    after = dataclasses.replace(case, participants=(*case.participants[:who], gone, *case.participants[who + 1 :]))
    mended = repair(after, told=timetable.placements, effort=QUICK)
    assert list(faults(after, placed(mended))) == []
    lost = {each.meeting for each in timetable.placements if case.meetings[each.meeting].second == who}
    kept = {each for each in timetable.placements if each.meeting not in lost}
    assert lost
    assert kept <= set(mended.placements)


def test_a_late_comer_who_must_be_met_moves_as_few_as_possible():
    told = [Placement(meeting=0, slot=1, table=1), Placement(meeting=1, slot=2, table=1)]
    wishes = [(0, 1), (0, 2), Meeting(first=0, second=3, fixed=1, is_required=True)]
    mended = repair(event(wishes, slots=3, tables=1), told=told, effort=QUICK)
    assert mended.slots == {0: 3, 1: 2, 2: 1}
    assert (mended.measure("kept").value, mended.measure("kept").bound) == (1, 2)


def test_without_the_solver_the_cure_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ortools.sat.python.cp_model", None)
    solver_module.sat.cache_clear()
    with pytest.raises(SolverMissing, match="chuanzhu\\[meetings\\]"):
        solver_module.sat()
    solver_module.sat.cache_clear()
