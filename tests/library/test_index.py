"""The index on disk against a plain dict: what it keeps, who sees what when, and how long opening takes."""

import dataclasses
import datetime as dt
import gc
import json
import multiprocessing
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from index_cast import answers, by_id, content, listing, listings
from index_processes import pair, read_pairs

from chuanzhu import Demand, Matcher, Quantity, Supply
from chuanzhu.matching.index_writer import check_index
from chuanzhu.matching.records import supply_from_json, supply_to_json

HERE = Path(__file__).parent
SEEN_WITHIN_SECONDS = 1.0

any_text = st.text(st.characters(), max_size=12)  # with halves of characters, as damaged files have them
number = st.floats(allow_nan=False)
quantities = st.builds(
    Quantity, number, any_text, any_text, st.none() | number, approximate=st.booleans(), at_least=st.booleans()
)
supplies = st.builds(
    Supply,
    id=any_text,
    enterprise=any_text,
    product=any_text,
    description=any_text,
    capacity=st.none() | quantities,
    region=st.sampled_from(["", "410100", "410728"]),
    certificates=st.none() | st.lists(any_text, max_size=3).map(tuple),
    uscc=any_text,
    valid_until=st.none() | st.dates(),
    extra=st.lists(st.tuples(any_text, any_text), max_size=3).map(tuple),
)


@settings(max_examples=200, deadline=None)
@given(supply=supplies)
def test_a_record_gives_back_every_field_of_a_supply(supply):
    assert supply_from_json(supply_to_json(supply)) == supply


def test_a_record_has_every_field_that_a_supply_has():
    full = Supply(
        id="1",
        enterprise="某厂",
        product="齿轮",
        description="模数3",
        capacity=Quantity(1.5, "t", "month", 2.0, approximate=True, at_least=True),
        region="410100",
        certificates=("ISO9001",),
        uscc="某码",
        valid_until=dt.date(2026, 12, 31),
        extra=(("备注", "无"),),
    )
    assert all(getattr(full, field.name) for field in dataclasses.fields(Supply))
    assert supply_from_json(supply_to_json(full)) == full
    assert supply_from_json(supply_to_json(dataclasses.replace(full, certificates=()))).certificates == ()
    assert supply_from_json(supply_to_json(dataclasses.replace(full, certificates=None))).certificates is None


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(listed=st.lists(supplies, max_size=12, unique_by=lambda supply: supply.id))
def test_an_index_gives_back_every_listing_word_for_word(listed):
    with tempfile.TemporaryDirectory() as folder:
        Matcher.create(folder, listed)
        assert content(Path(folder)) == by_id(listed)


few_ids = st.integers(0, 14)
some = st.lists(st.tuples(few_ids, st.integers(0, 999)), max_size=6)


class AgainstDict(RuleBasedStateMachine):
    """Any changes, one at a time and in bulk, in one process: the dict says what must be there."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.model = by_id(listings(12, seed=1))
        self.matcher = Matcher.create(self.folder / "index", self.model.values())

    @rule(drawn=some)
    def add(self, drawn):
        added = [next(listings(1, start=at, seed=seed)) for at, seed in drawn]
        self.matcher.add(added)
        self.model |= by_id(added)

    @rule(at=few_ids, seed=st.integers(0, 999))
    def add_one(self, at, seed):
        self.add([(at, seed)])

    @rule(drawn=st.lists(few_ids, max_size=5))
    def remove(self, drawn):
        self.matcher.remove(f"s{at}" for at in drawn)
        for at in drawn:
            self.model.pop(f"s{at}", None)

    @rule()
    def reopen(self):
        self.matcher = Matcher.open(self.folder / "index")

    @rule()
    def build_anew(self):
        Matcher.create(self.folder / "index", self.model.values())

    @invariant()
    def as_many_are_listed(self):
        assert len(self.matcher) == len(self.model)

    def teardown(self):
        assert content(self.folder / "index") == self.model
        expected = answers(Matcher.build(self.model.values()))
        assert answers(self.matcher) == expected
        assert answers(Matcher.open(self.folder / "index")) == expected
        check_index(self.folder / "index")
        shutil.rmtree(self.folder)


AgainstDict.TestCase.settings = settings(
    max_examples=6, stateful_step_count=8, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
test_after_any_changes_an_index_answers_like_one_built_in_one_go = AgainstDict.TestCase


def test_words_of_removed_listings_count_no_more(tmp_path):
    common = [listing(f"c{at}", "黄铜齿轮") for at in range(300)]
    rest = list(listings(30, seed=2))
    matcher = Matcher.create(tmp_path / "index", [*common, *rest])
    matcher.remove(supply.id for supply in common)
    assert answers(matcher) == answers(Matcher.build(rest))


READER = """
    import json, sys, time
    from chuanzhu import Demand, Matcher
    matcher, seen, end = Matcher.open(sys.argv[1]), None, time.monotonic() + 20
    while time.monotonic() < end:
        found = sorted({match.supply.id for match in matcher.match(Demand(text="求购金刚石线"))})
        if found != seen:
            print(json.dumps([found, time.monotonic()]), flush=True)
            seen = found
        time.sleep(0.01)
"""


def test_another_process_sees_a_published_listing_and_misses_a_withdrawn_one_within_a_second(tmp_path):
    matcher = Matcher.create(tmp_path, listings(200))
    command = [sys.executable, "-c", textwrap.dedent(READER), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        try:
            assert reader.stdout.readline().startswith("[[],")
            for change, expected in ((matcher.add, ["x"]), (matcher.remove, [])):
                begun = time.monotonic()
                change([listing("x", "金刚石线")] if expected else ["x"])
                found, at = json.loads(reader.stdout.readline())
                assert found == expected
                assert at - begun < SEEN_WITHIN_SECONDS
        finally:
            reader.kill()


def test_many_readers_see_every_write_whole_and_never_go_back(tmp_path):
    matcher = Matcher.create(tmp_path, pair(0))
    context = multiprocessing.get_context("spawn")
    stop, seen = context.Event(), context.Queue()
    readers = [context.Process(target=read_pairs, args=(tmp_path, stop, seen), daemon=True) for _ in range(2)]
    for reader in readers:
        reader.start()
    assert [seen.get(timeout=30) for _ in range(4)] == ["ready"] * 4
    for generation in range(1, 16):
        if generation % 5:
            matcher.add(pair(generation))
        else:
            Matcher.create(tmp_path, pair(generation))
    time.sleep(SEEN_WITHIN_SECONDS / 2)
    stop.set()
    assert [seen.get(timeout=30) for _ in range(4)] == [(15, [])] * 4
    for reader in readers:
        reader.join()


def test_an_open_reader_goes_on_while_an_index_is_replaced_and_then_sees_the_new_one(tmp_path):
    reader = Matcher.create(tmp_path, [listing("old", "齿轮")])
    before = reader._index.view()  # noqa: SLF001 (a search that has begun)

    def fresh():
        assert [match.supply.id for match in reader.match(Demand(text="求购齿轮"))] == ["old"]
        yield listing("new", "齿轮")

    Matcher.create(tmp_path, fresh())
    assert before.supply(before.row_of("old")).id == "old"
    assert [match.supply.id for match in reader.match(Demand(text="求购齿轮"))] == ["new"]
    reader.add([listing("newer", "齿轮")])
    assert content(tmp_path).keys() == {"new", "newer"}
    assert len([entry for entry in tmp_path.iterdir() if entry.is_dir()]) == 1


def test_two_processes_that_write_in_turn_leave_nothing_behind(tmp_path):
    one, other = Matcher.create(tmp_path, listings(20)), Matcher.open(tmp_path)
    sizes = []
    for turn in range(24):
        (one, other)[turn % 2].add(listings(1, start=turn % 3, seed=turn))
        sizes.append(sum(1 for _ in tmp_path.rglob("*.store")))
    assert max(sizes[-8:]) <= max(sizes[:16])
    assert len(one) == len(other) == 20


def test_two_workers_make_the_same_index_as_one(tmp_path):
    listed = list(listings(2500, seed=3))
    alone, together = Matcher.create(tmp_path / "1", listed), Matcher.create(tmp_path / "2", listed, workers=2)
    states = [(tmp_path / name / "state.json").read_bytes() for name in "12"]
    assert states[0] == states[1]
    assert content(tmp_path / "1") == content(tmp_path / "2") == by_id(listed)
    assert answers(alone) == answers(together)


def _opening_seconds(path):
    times = []
    for _ in range(9):
        start = time.perf_counter()
        Matcher.open(path)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def test_twenty_thousand_identical_listings_are_kept_and_opened_as_fast_as_few(tmp_path):
    Matcher.create(tmp_path / "few", [listing(f"s{at}", "铸铁齿轮") for at in range(1000)])
    matcher = Matcher.create(tmp_path / "many", [listing(f"s{at}", "铸铁齿轮") for at in range(20_000)])
    assert len(matcher) == 20_000
    found = matcher.match(Demand(text="求购铸铁齿轮"), limit=20)
    assert len({match.supply.id for match in found}) == 20
    assert len({match.score for match in found}) == 1
    assert _opening_seconds(tmp_path / "many") < 3 * _opening_seconds(tmp_path / "few")


def test_the_temporary_folder_of_a_built_matcher_goes_with_it(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    matcher = Matcher.build(listings(5))
    assert list(tmp_path.iterdir())
    del matcher
    gc.collect()
    assert list(tmp_path.iterdir()) == []
