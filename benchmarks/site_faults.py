"""Kill the site's processes in the middle of what they do, again and again, and look whether anything is half done.

    CHUANZHU_FOLDER=/tmp/new DATABASE_URL=… python benchmarks/site_faults.py --kills 200

One process answers requests as the web server does (the whole stack, by the test client) and notes every write that was
acknowledged; another does the queue's tasks as the worker does. In each round one of them, or both, get SIGKILL at a
moment drawn from the seed. In the end a worker does what is left, and everything is checked: no half-written state, no
acknowledged write lost, nobody told twice, the index equal to the database. Exit code 1, with the sentences, if not.

All work is done in children of a process that has loaded the code and opened nothing: a fork of one that has opened an
index or a connection would share it.
"""

# ruff: noqa: PLC0415 (each child loads what it needs)
from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuanzhu_site.settings")
os.environ.setdefault("CHUANZHU_DEBUG", "1")
os.environ["CHUANZHU_HOSTS"] = "testserver"

import django

django.setup()

from django.conf import settings  # noqa: E402 (as above)

SEED, PASSWORD = 20261122, "Faults-2026-x"
ACKNOWLEDGED = Path(settings.ENVIRONMENT.folder) / "acknowledged.jsonl"
AT_WORK = 200  # the descriptor by which a child says that it is
BOTH, WEB, WORKER = "both", "web", "worker"
QUOTE = {"price": "820.5", "price_unit": "件", "quantity": "200件/月", "lead_days": "20", "valid_until": "2099-01-01"}
WORD = {"quantity": "200件", "value": "164100", "without": "no"}
DEAL = (  # act, side, what its form sends
    ("accept", "buyer", {}),
    ("request", "buyer", {}),
    ("quote", "supplier", QUOTE),
    ("award", "buyer", {"reason": "价格好", "why_not": "单价高"}),
    ("order", "buyer", {}),
    ("deliver", "supplier", {}),
    ("confirm", "supplier", WORD),
    ("confirm", "buyer", WORD),
)
SUPPLIERS = 3
LONGEST_LIFE = 1.5


def forked(work, *arguments, is_waited_for=False):
    """Do something in a child; return its process id, once it says that it is at work if that is waited for."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child:
        os.close(write_end)
        if is_waited_for:
            os.read(read_end, 1)
        os.close(read_end)
        return child
    os.dup2(write_end, AT_WORK)
    code = 1
    try:
        code = work(*arguments) or 0
    except BaseException:  # noqa: BLE001 (told, and then the child ends in any case)
        traceback.print_exc()
    finally:
        os._exit(code)


def ended(child):
    """Wait for a child; return how it ended: its exit code, or minus the signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def load():
    """Load the code and the dictionaries, so that a new child is at work at once; nothing is opened."""
    import chuanzhu_site.urls
    from chuanzhu.taxonomy.lexicon import bundled_lexicon

    return chuanzhu_site.urls, bundled_lexicon()


def prepare():
    """Make the database, and the people: a buyer and suppliers with verified enterprises."""
    from django.core.management import call_command
    from django.utils import timezone

    from chuanzhu.taxonomy.uscc import compose_uscc
    from chuanzhu_site.accounts.models import Enterprise, Membership, User

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    today = timezone.localdate()
    for number in range(SUPPLIERS + 1):
        user = User.objects.create_user(f"person{number}", f"person{number}@example.com", PASSWORD)
        uscc = compose_uscc(f"91410526MA{number:07d}")
        firm = Enterprise.objects.create(
            name=f"某合成企业{number}(示例)", uscc=uscc, region="410526", source="合成数据"
        )
        Membership.objects.create(user=user, enterprise=firm, role="owner")
        firm.verifications.create(what="identity", evidence="合成数据", verified_by=user, verified_on=today)


def serve(seed):
    """Answer requests, one after the other, until killed."""
    from django.test import Client

    from chuanzhu_site.accounts.models import User

    chance, clients = random.Random(seed), []  # noqa: S311 (repeatable)
    for user in User.objects.filter(username__startswith="person").order_by("username"):
        clients.append(Client())
        clients[-1].force_login(user)
    log = os.open(ACKNOWLEDGED, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(AT_WORK, b".")
    for number in itertools.count():
        for noted in step(clients, chance, f"{seed % 9973}型{number}"):
            os.write(log, (json.dumps(noted, ensure_ascii=False) + "\n").encode())


def step(clients, chance, name):
    """Publish something, or move one of the deals on; yield what was acknowledged."""
    from chuanzhu_site.market.lifecycle import LIVE
    from chuanzhu_site.market.models import Engagement, Listing

    demands = list(Listing.objects.filter(side="demand", state__in=("open", "matched")).order_by("-pk")[:4])
    if len(demands) < 2 or chance.random() < 0.2:  # noqa: PLR2004 (enough to be at work on)
        yield from publish(clients, chance, name)
        return
    live = list(Engagement.objects.filter(step__in=LIVE).select_related("buyer", "supplier").order_by("?")[:1])
    if not live or chance.random() < 0.3:  # noqa: PLR2004 (a share)
        yield from interest(clients, chance, chance.choice(demands))
        return
    yield from move(clients, live[0])


def publish(clients, chance, name):
    """Publish a demand, or a supply of one of the suppliers."""
    who = 0 if chance.random() < 0.7 else chance.randrange(1, len(clients))  # noqa: PLR2004 (a share)
    kind = "product-supply" if who else "product-demand"
    what = f"铸钢车轮{name}"
    form = {"title": what, "text": f"求购{what} 200件/月", "privacy": "public", "submit": "1"}
    answer = clients[who].post(f"/listing/new/{kind}/", form)
    if answer.status_code == 302:  # noqa: PLR2004 (acknowledged: the page of what was written)
        yield {"listing": answer.headers["Location"].strip("/").split("/")[-1]}


def interest(clients, chance, demand):
    """Let a supplier say that it can supply."""
    from chuanzhu_site.accounts.models import Enterprise

    who = chance.randrange(1, len(clients))
    firm = Enterprise.objects.get(memberships__user__username=f"person{who}")
    answer = clients[who].post(f"/listing/{demand.reference}/interest/", {"enterprise": firm.pk})
    if "/engagement/" in answer.headers.get("Location", ""):
        yield {"engagement": answer.headers["Location"].strip("/").split("/")[-1], "act": "express"}


def move(clients, engagement):
    """Do the next thing in a deal, as whoever has to."""
    said = set(engagement.confirmations.values_list("party", flat=True))
    follows = {"expressed": 0, "asked": 0, "accepted": 1, "quoting": 2, "quoted": 3, "awarded": 4, "ordered": 5}
    place = follows.get(engagement.step, 7 if "supplier" in said else 6)
    act, party, form = DEAL[place]
    firm = engagement.buyer if party == "buyer" else engagement.supplier
    client = clients[owner_of(firm)]
    sent = {"party": party, "version": engagement.version, **form}
    before = engagement.events.count() + engagement.confirmations.count()
    answer = client.post(f"/engagement/{engagement.reference}/{act}/", sent)
    after = engagement.events.count() + engagement.confirmations.count()
    if answer.status_code == 302 and after > before:  # noqa: PLR2004 (acknowledged)
        yield {"engagement": engagement.reference, "act": act, "party": party}


def owner_of(firm):
    """Return the number of the person whose enterprise it is."""
    return int(firm.memberships.get().user.username.removeprefix("person"))


def work(*, is_last=False):
    """Take up what a killed worker left and do the queue's tasks, until killed or, the last one, all of them."""
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from chuanzhu_site.market import index, retrying, tasks

    retrying.take_up("default", at=timezone.now())
    for kind, changed in index.check().items():
        if not changed:
            print(f"index of {kind} built anew", flush=True)
        for pk in changed:
            tasks.match_listing.enqueue(pk)
    from django.core.management import call_command

    options = ["--queue-name=default", "--interval=0.05", "--no-startup-delay", "--no-reload"]
    if not is_last:
        os.write(AT_WORK, b".")
        call_command("db_worker", *options)
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    call_command("db_worker", *options, "--batch")


def finish():
    """Do what is left."""
    work(is_last=True)


def check():
    """Look at everything; print what is wrong."""
    from chuanzhu_site.market import index
    from chuanzhu_site.market.kinds import KINDS

    wrong = [*broken_deals(), *broken_listings(), *lost(), *told_twice()]
    for kind in KINDS:
        changed, gone = index._differences(kind)  # noqa: SLF001 (what the worker itself compares)
        wrong += (
            [f"index of {kind}: {len(changed)} lacking or otherwise, {len(gone)} too many"] if changed or gone else []
        )
    for sentence in wrong:
        print(sentence)
    return 1 if wrong else 0


def broken_deals():
    """Yield what is half-written in an engagement."""
    from collections import Counter

    from chuanzhu_site.market.lifecycle import WON
    from chuanzhu_site.market.models import Engagement

    won = Counter()
    for one in Engagement.objects.prefetch_related("events", "quotes", "confirmations"):
        events = list(one.events.all())
        quotes, words = len(one.quotes.all()), len(one.confirmations.all())
        acts = Counter(event.act for event in events)
        won[one.demand_id] += one.step in WON
        if one.version != len(events) or one.step != events[-1].target:
            yield f"{one.reference}: step {one.step} version {one.version} after {[event.act for event in events]}"
        if quotes != acts["quote"] or (words == 2) != bool(acts["confirm"]):  # noqa: PLR2004 (both sides)
            yield f"{one.reference}: {quotes} quotes, {words} words, {acts}"
    for demand, number in won.items():
        lost_to = Engagement.objects.filter(demand=demand, end_reason="another").exists()
        if number > 1 or (lost_to and not number):
            yield f"demand {demand}: awarded {number} times"


def broken_listings():
    """Yield listings that were written or opened by half."""
    from django_tasks_db.models import DBTaskResult

    from chuanzhu_site.market.models import Listing

    asked = {
        row.args_kwargs["args"][0] for row in DBTaskResult.objects.all() if row.task_path.endswith("match_listing")
    }
    for one in Listing.objects.prefetch_related("events"):
        acts = [event.act for event in one.events.all()]
        if not acts or one.state != one.events.all()[len(acts) - 1].target:
            yield f"{one.reference}: {one.state} after {acts}"
        if "publish" in acts and one.pk not in asked and one.match_due_at is None:
            yield f"{one.reference}: published and never queued to be matched"


def lost():
    """Yield writes that were acknowledged and are not there."""
    from chuanzhu_site.market.models import Confirmation, EngagementEvent, Listing

    for line in ACKNOWLEDGED.read_text("utf-8").splitlines():
        noted = json.loads(line)
        if "listing" in noted:
            found = Listing.objects.filter(reference=noted["listing"], state__in=("open", "matched")).exists()
        elif noted["act"] == "confirm":
            of = {"engagement__reference": noted["engagement"], "party": noted["party"]}
            found = Confirmation.objects.filter(**of).exists()
        else:
            of = {"engagement__reference": noted["engagement"], "act": noted["act"]}
            found = EngagementEvent.objects.filter(**of).exists()
        if not found:
            yield f"lost: {line}"


def told_twice():
    """Yield what somebody was told of twice, and what happened without the other side being told."""
    from collections import Counter

    from chuanzhu_site.market.models import EngagementEvent, Match, Notification

    rows = list(Notification.objects.values_list("user", "key", "text", "address"))
    texts = Counter((user, text, address) for user, _, text, address in rows if not address.startswith("/listing/"))
    yield from (f"told {number} times: {fact}" for fact, number in texts.items() if number > 1)
    matched = set(Match.objects.values_list("pk", flat=True))  # several matches of one listing are told by the last one
    of_matches = [key.split(":") for _, key, _, _ in rows if key.startswith(("found:", "wanted:"))]
    yield from (f"told of match {pk}, which there is not" for _, pk in of_matches if int(pk) not in matched)
    keys = set(Notification.objects.values_list("key", flat=True))
    for event in EngagementEvent.objects.filter(act="express").select_related("engagement"):
        if f"engagement:{event.engagement_id}:1" not in keys:
            yield f"engagement {event.engagement_id}: the buyer was not told of the interest"


def killed(chance, kills):
    """Kill children again and again; return how often each kind was."""
    counts = {BOTH: 0, WEB: 0, WORKER: 0}
    start = {WEB: lambda: forked(serve, chance.randrange(10**9), is_waited_for=True)}
    start[WORKER] = lambda: forked(work, is_waited_for=True)
    children = {name: begin() for name, begin in start.items()}
    while sum(counts.values()) < kills:
        time.sleep(chance.uniform(0, LONGEST_LIFE))
        whom = chance.choice((WEB, WORKER, BOTH))
        counts[whom] += 1
        for name in (WEB, WORKER) if whom == BOTH else (whom,):
            os.kill(children[name], signal.SIGKILL)
            how = ended(children[name])
            if how != -signal.SIGKILL:
                sys.exit(f"the {name} process had ended by itself: {how}")
            children[name] = start[name]()
    for child in children.values():
        os.kill(child, signal.SIGKILL)
        ended(child)
    return counts


def main():
    """Prepare, kill, let a worker finish, check."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    load()
    if ended(forked(prepare)):
        sys.exit("the database could not be prepared; name an empty one")
    counts = killed(random.Random(options.seed), options.kills)  # noqa: S311 (repeatable)
    if ended(forked(finish)):
        sys.exit("the worker could not finish what was left")
    acknowledged = len(ACKNOWLEDGED.read_text("utf-8").splitlines())
    code = ended(forked(check))
    print(f"kills {counts}; {acknowledged} writes acknowledged; {'something is wrong' if code else 'all is whole'}")
    sys.exit(code)


if __name__ == "__main__":
    main()
