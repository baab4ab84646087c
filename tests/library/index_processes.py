"""Processes that read and write an index while a test looks on, and that it kills.

They come from a process that has opened no index. A fork of one that has may inherit a lock in the moment it is held,
and then waits for itself for ever.
"""

import itertools
import multiprocessing
import signal
import threading
import time

from index_cast import by_id, listing, listings

from chuanzhu import Demand, Matcher
from chuanzhu.matching.knowledge import bundled_knowledge


def after(generation):
    """Return what an index holds after so many writes: in bulk and one alone in turn."""
    bulk, single = generation // 2 * 2, (generation + 1) // 2 * 2 - 1
    return by_id([*listings(40, firm=str(bulk)), listing("alone", "金刚石线", firm=str(single))])


def write_on(path, generation, begun, done):
    matcher = Matcher.open(path)
    for number in itertools.count(generation + 1):
        begun.value = number
        changed = after(number)
        matcher.add([changed["alone"]] if number % 2 else (changed[f"s{at}"] for at in range(40)))
        done.value = number


def replace_on(path, generation, begun, done):
    for number in itertools.count(generation + 1):
        begun.value = number
        Matcher.create(path, after(number).values())
        done.value = number


def begin(path, generation, begun, done):
    """Write an index without end, and say when its first listings are on the disk."""

    def endless():
        for number in itertools.count():
            if number == 5000:
                begun.value = generation + 1
            yield listing(f"s{number}", "钢管")

    Matcher.create(path, endless())
    done.value = generation + 1


class Nursery:
    """A process to fork writers from, which are killed; see :func:`_serve`."""

    def __init__(self):
        context = multiprocessing.get_context("spawn")
        self._pipe, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there,))
        self._process.start()

    def killed_at(self, work, path, generation, *, seconds):
        """Let a process write on, kill it, and return how many writes it had finished and how many it had begun."""
        self._pipe.send((work, path, generation, seconds))
        assert self._pipe.poll(60)
        return self._pipe.recv()

    def close(self):
        self._process.kill()
        self._process.join()


def _serve(pipe):
    bundled_knowledge()
    context = multiprocessing.get_context("fork")
    while True:
        work, path, generation, seconds = pipe.recv()
        begun, done = context.Value("i", generation), context.Value("i", generation)
        writer = context.Process(target=work, args=(path, generation, begun, done))
        writer.start()
        while begun.value == generation and writer.is_alive():
            time.sleep(0.001)
        time.sleep(seconds)
        writer.kill()
        writer.join()
        assert writer.exitcode == -signal.SIGKILL
        pipe.send((done.value, begun.value))


def pair(generation):
    return [listing(side, "尼龙66切片", firm=str(generation)) for side in ("left", "right")]


def read_pairs(path, stop, seen):
    """Look at a pair that is always written together, in two threads, until told to stop; tell of what is wrong."""
    matcher = Matcher.open(path)
    threads = [threading.Thread(target=_look, args=(matcher, stop, seen)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _look(matcher, stop, seen):
    last, wrong = 0, []
    seen.put("ready")
    while not stop.is_set():
        found = matcher.match(Demand(text="求购尼龙66切片"))
        firms = {match.supply.id: int(match.supply.enterprise) for match in found}
        now = firms.get("left", -1)
        if firms.keys() != {"left", "right"} or firms["right"] != now or now < last:
            wrong.append((last, firms))
        last = now
    seen.put((last, wrong))
