"""Fifty people at once on a full market: reading and writing mixed, how long they wait, whether anything fails.

    DATABASE_URL=… CHUANZHU_FOLDER=… python benchmarks/site_load.py [--users 50] [--seconds 60] [--pause 0.2]

Fill the database first (site_seed.py). This starts `chuanzhu-site serve` on the port, signs people in (their sessions
are written straight into the database: signing in is slow on purpose), lets each of them act, pause and act again, and
prints for every act how often it was done, how long half and 95 of 100 took, and what the server's processes burned for
a request. The client shares the machine with the server.
"""

# ruff: noqa: E402 (the settings have to be loaded before the models)
from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuanzhu_site.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from chuanzhu_site.accounts.models import Enterprise, User
from chuanzhu_site.market.models import Engagement, Listing, Match

SEED = 20261122
TOKEN = "l" * 32  # of a form, as a browser would send back
WORDS = ("铸钢车轮", "尼龙66切片", "热轧卷板", "轴承", "求购减速机 20台/月", "阀门 河南", "铝型材", "包装箱")
SAMPLE = 2_000
TICKS = os.sysconf("SC_CLK_TCK")


class Person:
    """Somebody with a browser of one connection, and with what is theirs to act on."""

    def __init__(self, number, world, *, port):
        self.chance = random.Random(SEED + number)  # noqa: S311 (a load that can be repeated)
        self.world, self.user = world, world["users"][number % len(world["users"])]
        self.wire = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        cookie = f"{settings.SESSION_COOKIE_NAME}={world['sessions'][self.user.pk]}; csrftoken={TOKEN}"
        self.headers = {"Cookie": cookie, "X-CSRFToken": TOKEN}

    def ask(self, method, address, form=None):
        """Make a request and read the whole answer; return its status."""
        headers, body = dict(self.headers), None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.wire.request(method, address, body, headers)
            answer = self.wire.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.wire.close()
            return 0
        return answer.status

    def one(self, what):
        """Return one of what the world has."""
        return self.chance.choice(self.world[what])


def read(kind):
    """Return an act that reads one of a kind."""
    return lambda person: person.ask("GET", f"/{kind}/{person.one(kind)}/")


def page(address):
    """Return an act that reads a page."""
    return lambda person: person.ask("GET", address)


def search(person):
    """Search what suppliers offer."""
    return person.ask("GET", "/search/?" + urlencode({"q": person.chance.choice(WORDS)}))


def narrow(person):
    """Look through what is wanted in a region."""
    return person.ask("GET", "/search/?" + urlencode({"side": "demand"}))


def publish(person):
    """Publish a demand."""
    text = f"求购{person.chance.choice(WORDS[:4])},{person.chance.randrange(10, 900)}件/月(合成数据)"
    form = {"text": text, "privacy": "public", "submit": "1", "csrfmiddlewaretoken": TOKEN}
    return person.ask("POST", "/listing/new/product-demand/", form)


def understand(person):
    """Type a demand: what was understood is shown while typing."""
    return person.ask("POST", "/listing/understanding/product-demand/", {"text": f"求购{person.chance.choice(WORDS)}"})


def own(person):
    """Return the account's own matches and engagements."""
    return person.world["own"].get(person.user.pk, {})


def own_match(person):
    """Read why a match of one's own holds."""
    found = own(person).get("match") or []
    return person.ask("GET", f"/match/{person.chance.choice(found)}/" if found else "/desk/")


def own_engagement(person):
    """Read an engagement of one's own."""
    found = own(person).get("engagement") or []
    return person.ask("GET", f"/engagement/{person.chance.choice(found)}/" if found else "/desk/")


def judge(person):
    """Say whether a match of one's own is right."""
    found = own(person).get("match") or []
    form = {"verdict": "2", "csrfmiddlewaretoken": TOKEN}
    return person.ask("POST", f"/match/{person.chance.choice(found)}/judge/", form) if found else own_match(person)


def interest(person):
    """Say that one's enterprise can supply a demand."""
    form = {"enterprise": person.world["firm"][person.user.pk], "csrfmiddlewaretoken": TOKEN}
    return person.ask("POST", f"/listing/{person.one('demand')}/interest/", form)


ACTS = {  # act: how often of a hundred
    "front page": (page("/"), 4),
    "desk": (page("/desk/"), 14),
    "notices": (page("/notices/"), 5),
    "a listing": (read("listing"), 22),
    "an enterprise": (read("enterprise"), 9),
    "search": (search, 8),
    "look through": (narrow, 4),
    "lists": (page("/lists/"), 3),
    "own match": (own_match, 9),
    "own engagement": (own_engagement, 9),
    "understand (write nothing)": (understand, 2),
    "publish (write)": (publish, 3),
    "judge (write)": (judge, 3),
    "interest (write)": (interest, 5),
}


def prepare(count):
    """Return the world as the people see it, with a session for each of them."""
    users = list(User.objects.filter(username__startswith="member").order_by("pk")[: count * 4 : 4])
    firms = {user.pk: Enterprise.objects.of(user).get().pk for user in users}
    return {
        "users": users,
        "firm": firms,
        "sessions": {user.pk: session_of(user) for user in users},
        "own": {user.pk: belongings(firms[user.pk]) for user in users},
        "listing": some(Listing.objects.filter(privacy="public")),
        "demand": some(Listing.objects.filter(side="demand", privacy="public", state="open")),
        "enterprise": list(Enterprise.objects.values_list("pk", flat=True)[:SAMPLE]),
    }


def some(rows):
    """Return references of rows from all over the table."""
    return list(rows.order_by("reference").values_list("reference", flat=True)[:SAMPLE])


def session_of(user):
    """Sign somebody in."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY], session["seen"] = settings.AUTHENTICATION_BACKENDS[0], int(time.time())
    session.create()
    return session.session_key


def belongings(firm):
    """Return references of an enterprise's own matches and engagements."""
    matches = Match.objects.filter(demand__enterprise=firm) | Match.objects.filter(supply__enterprise=firm)
    deals = Engagement.objects.filter(buyer=firm) | Engagement.objects.filter(supplier=firm)
    return {
        "match": list(matches.values_list("reference", flat=True)[:20]),
        "engagement": list(deals.values_list("reference", flat=True)[:20]),
    }


def live(person, *, until, pause, seen):
    """Act, pause, act again."""
    names, weights = list(ACTS), [weight for _, weight in ACTS.values()]
    while time.monotonic() < until:
        name = person.chance.choices(names, weights)[0]
        began = time.perf_counter()
        status = ACTS[name][0](person)
        seen.append((name, time.perf_counter() - began, status))
        time.sleep(person.chance.uniform(0, 2 * pause))


@contextlib.contextmanager
def served(port):
    """Run the site with two web processes and its workers."""
    words = [sys.executable, "-m", "chuanzhu_site.console", "serve", "--port", str(port), "--processes", "2"]
    with Path(settings.ENVIRONMENT.folder / "load.log").open("wb") as log:
        server = subprocess.Popen(words, stdout=log, stderr=log)  # noqa: S603 (our own command)
        try:
            wait_for(port)
            yield server
        finally:
            server.terminate()
            server.wait()


def wait_for(port):
    """Wait until the site can serve."""
    for _ in range(600):
        with contextlib.suppress(OSError, http.client.HTTPException):
            wire = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            wire.request("GET", "/readyz")
            if wire.getresponse().status == http.client.OK:
                return
        time.sleep(0.5)
    sys.exit("the server did not start")


def burned():
    """Return the seconds of processor time that the web processes have used."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"granian" in (folder / "cmdline").read_bytes():
                fields = (folder / "stat").read_text().rsplit(") ", 1)[1].split()
                total += int(fields[11]) + int(fields[12])
    return total / TICKS


def told(seen, seconds, spent):
    """Print what was measured."""
    by_act = defaultdict(list)
    for name, took, _ in seen:
        by_act[name].append(took)
    wrong = Counter(
        (name, status) for name, _, status in seen if not http.client.OK <= status < http.client.BAD_REQUEST
    )
    for name in sorted(by_act, key=lambda name: -len(by_act[name])):
        print(f"{name:28} {len(by_act[name]):6}  {row(by_act[name])}")
    everything = [took for _, took, _ in seen]
    print(f"{'all':28} {len(seen):6}  {row(everything)}")
    each = 1000 * spent / len(seen)
    print(f"{len(seen) / seconds:.1f} requests a second; {each:.1f} ms of the web processes' time each")
    print(f"not as expected: {dict(wrong) or 'none'}")


def row(times):
    """Return the median, the 95th of a hundred and the longest, in milliseconds."""
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
    named = (("p50", cuts[49]), ("p95", cuts[94]), ("max", max(times)))
    return "  ".join(f"{name} {1000 * value:6.0f} ms" for name, value in named)


def main():
    """Serve, load, tell."""
    parser = argparse.ArgumentParser()
    for name, kind, default in (("users", int, 50), ("seconds", int, 60), ("pause", float, 0.2), ("port", int, 8106)):
        parser.add_argument(f"--{name}", type=kind, default=default)
    options = parser.parse_args()
    world = prepare(options.users)
    with served(options.port):
        people = [Person(number, world, port=options.port) for number in range(options.users)]
        for person in people[:20]:
            for act, _ in ACTS.values():
                act(person)
        for person in people:
            person.wire.close()  # what was idle for long the server may close
        seen, before, began = [], burned(), time.monotonic()
        how = {"until": began + options.seconds, "pause": options.pause, "seen": seen}
        crowd = [threading.Thread(target=live, args=(person,), kwargs=how) for person in people]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        told(seen, time.monotonic() - began, burned() - before)


if __name__ == "__main__":
    main()
