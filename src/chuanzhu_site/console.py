"""``chuanzhu-site``: set up, serve, demonstrate.

``serve`` starts the web server and one worker for each queue, and stops all of them together: short tasks (telling
people) never wait behind a long one (matching two lists).
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Sequence

QUEUES: Final = ("default", "long", "post")
_PAUSE: Final = 0.5
_PATIENCE: Final = 10
_THREADS: Final = 8
_SHORTEST_LIFE: Final = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuanzhu_site.settings")
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["manage"]:
        return _manage(given[1:])
    options = _parser().parse_args(given)
    try:
        code: int = options.run(options)
    except ChuanzhuError as error:
        print(f"做不了:{error}", file=sys.stderr)
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chuanzhu-site", description="串珠网站:安装、运行、演示。")
    commands = parser.add_subparsers(required=True, metavar="命令")
    serve = commands.add_parser("serve", help="运行网站和后台任务")
    demo = commands.add_parser("demo", help="在当前文件夹里建一个演示网站并运行")
    for command, run in ((serve, _serve), (demo, _demo)):
        command.add_argument("--host", default="127.0.0.1", help="监听的地址(默认 127.0.0.1)")
        command.add_argument("--port", type=int, default=8000, help="监听的端口(默认 8000)")
        command.add_argument("--processes", type=int, default=2, help="网站进程数(默认 2)")
        command.set_defaults(run=run)
    commands.add_parser("setup", help="建好数据库和静态文件,升级后也要做一次").set_defaults(run=_setup)
    worker = commands.add_parser("worker", help="运行后台任务")
    worker.add_argument("--queue", choices=QUEUES, required=True, help="哪一队任务;每队只能有一个")
    worker.set_defaults(run=_worker)
    commands.add_parser("index", help="照数据库重建匹配索引;恢复备份以后做一次").set_defaults(run=_index)
    for name, run, purpose in (
        ("backup", _backup, "把数据库和附件备份到一个文件;网站可以照常运行"),
        ("restore", _restore, "把备份恢复到一个空的安装"),
    ):
        command = commands.add_parser(name, help=purpose)
        command.add_argument("file", metavar="文件", help="备份文件,例如 chuanzhu-20300101.tar.gz")
        command.set_defaults(run=run)
    clock = commands.add_parser("clock", help="把到点的定时任务排上队;后台任务在运行就不用,它自己看钟")
    clock.set_defaults(run=_clock)
    commands.add_parser("manage", help="Django 的管理命令,例如 chuanzhu-site manage shell")
    return parser


def _manage(arguments: Sequence[str]) -> int:
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (after the settings are named)

    execute_from_command_line(["chuanzhu-site manage", *arguments])
    return 0


def _call(*arguments: str) -> None:
    import django  # noqa: PLC0415 (after the settings are named)
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command(*arguments)


def _setup(_options: argparse.Namespace) -> int:
    _call("migrate", "--no-input", "--verbosity=0")
    _call("createcachetable", "--verbosity=0")
    _call("collectstatic", "--no-input", "--verbosity=0")
    return 0


def _index(_options: argparse.Namespace) -> int:
    """Build the indexes anew, and queue every demand, so that its matches are those of the new index."""
    import django  # noqa: PLC0415 (after the settings are named)

    django.setup()
    from chuanzhu_site.market import index, tasks  # noqa: PLC0415
    from chuanzhu_site.market.kinds import KINDS  # noqa: PLC0415

    for kind in KINDS.values():
        print(f"{kind.name}:{index.rebuild(kind.code)} 条")
    print(f"{tasks.queue_demands()} 条需求排队重新匹配,由后台任务完成")
    return 0


def _backup(options: argparse.Namespace) -> int:
    import django  # noqa: PLC0415 (after the settings are named)

    django.setup()
    from chuanzhu_site.backup import back_up  # noqa: PLC0415

    made = back_up(Path(options.file))
    print(f"备份好了:{options.file}({made.rows} 行数据,{made.attachments} 个附件)。里面是全部业务数据,请妥善保管。")
    print("签名用的密钥(数据文件夹里的 secret-key)没有放进备份,请另外保存;丢了它大家要重新登录,数据不受影响。")
    return 0


def _restore(options: argparse.Namespace) -> int:
    import django  # noqa: PLC0415 (after the settings are named)

    django.setup()
    from chuanzhu_site.backup import restore  # noqa: PLC0415

    held = restore(Path(options.file))
    print(
        f"恢复好了:{held.made_at} 的备份,{held.rows} 行数据,{held.attachments} 个附件。现在重建匹配索引……", flush=True
    )
    return _index(options)


def _clock(_options: argparse.Namespace) -> int:
    import django  # noqa: PLC0415 (after the settings are named)

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from chuanzhu_site.market import clock  # noqa: PLC0415

    print(f"{clock.tick(at=timezone.now())} 项定时任务排上了队,由后台任务完成")
    return 0


def _worker(options: argparse.Namespace) -> int:
    """Take up again what a killed worker left unfinished, then work: every task may be done twice without harm.

    The worker of short tasks checks the indexes first, which also loads what matching needs, and looks at the clock.
    """
    import django  # noqa: PLC0415 (after the settings are named)

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from chuanzhu_site.market import clock, retrying, tasks  # noqa: PLC0415
    from chuanzhu_site.web import health  # noqa: PLC0415

    retrying.take_up(options.queue, at=timezone.now())
    threading.Thread(
        target=health.beat, args=(options.queue,), kwargs={"until": threading.Event()}, daemon=True
    ).start()
    if options.queue == QUEUES[0]:
        tasks.check_indexes()
        threading.Thread(target=clock.keep_ticking, args=(threading.Event(),), daemon=True).start()
    _call("db_worker", f"--queue-name={options.queue}", "--interval=0.2", "--no-startup-delay", "--no-reload")
    return 0


def _demo(options: argparse.Namespace) -> int:
    os.environ.setdefault("CHUANZHU_FOLDER", "chuanzhu-demo")
    _setup(options)
    from chuanzhu_site.market import demo  # noqa: PLC0415 (after the settings are named)

    print("正在装入演示数据……", flush=True)
    demo.load()
    from chuanzhu_site.market import demo_desk  # noqa: PLC0415

    demo_desk.load()
    from chuanzhu_site.observatory import demo as chain_maps  # noqa: PLC0415

    chain_maps.load()
    from chuanzhu_site.programme import demo as event  # noqa: PLC0415

    event.load()
    password = f"Demo-{secrets.token_urlsafe(9)}"
    demo.set_password(password)
    print("企业和产品取自公开资料;需求和下面这些人都是虚构的,没有企业真的要买。可以用这些账号登录:")
    for player in demo.CAST:
        print(f"  {player.username:10} {player.name}  {player.firm or ''}{player.part}")
    print(f"  密码都是 {password}(每次启动演示都会换)")
    return _serve(options)


def _serve(options: argparse.Namespace) -> int:
    if os.environ.get("CHUANZHU_HOSTS", "") == "":
        os.environ.setdefault("CHUANZHU_ADDRESS", f"http://{options.host}:{options.port}")
    _setup(options)
    _make_room_for_figures()
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", options.host]
    web += ["--port", str(options.port), "--workers", str(options.processes), "--blocking-threads", str(_THREADS)]
    own = [sys.executable, "-m", "chuanzhu_site.console", "worker", "--queue"]
    commands = [[*web, "chuanzhu_site.wsgi:application"], *([*own, queue] for queue in QUEUES)]
    print(f"网站已启动:http://{options.host}:{options.port}/  (按 Ctrl+C 停止)", flush=True)
    return _supervise(commands)


def _make_room_for_figures() -> None:
    """Give the server's processes an empty folder to count into together; what they counted before counts no more."""
    from django.conf import settings  # noqa: PLC0415 (after the settings are named)

    folder = settings.ENVIRONMENT.folder / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _supervise(commands: Sequence[Sequence[str]]) -> int:
    """Run all commands until one is told to stop; start again what falls over, unless it cannot even start."""
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: told.set())
    running = [_Running(command) for command in commands]
    code = 0
    while not told.wait(_PAUSE):
        for one in running:
            if one.process.poll() is None:
                continue
            if time.monotonic() - one.since < _SHORTEST_LIFE:
                print(f"启动不了,原因见上;命令是 {' '.join(one.command)}", file=sys.stderr)
                code = 1
                told.set()
            else:
                one.start()
    for one in running:
        one.process.terminate()
    for one in running:
        one.wait()
    return code


class _Running:
    """A command that runs. It has a session of its own, so that Ctrl+C reaches only us and we stop it in order."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command: Final = command
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 (our own commands)
        self.since = time.monotonic()

    def wait(self) -> None:
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()


if __name__ == "__main__":
    sys.exit(main())
