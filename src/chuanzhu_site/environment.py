"""What the surroundings decide: environment variables, checked at start, every mistake named with its cure."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import dj_database_url

from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})
_DATABASES: Final = ("postgres://", "postgresql://", "sqlite://")
_SHORTEST_KEY: Final = 50
_SHORTEST_TOKEN: Final = 20
_HOST: Final = re.compile(r"\.?[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]+)*|\[[0-9a-fA-F:]+\]|\*")
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9_.\-\[\]:]+")
_DOTTED: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_LOG_SENDER: Final = "chuanzhu_site.market.senders.console.send"
_SQLITE: Final = {
    "transaction_mode": "IMMEDIATE",  # two writers wait for each other instead of failing half-way
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-20000",
}


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class EnvironmentMistake(ChuanzhuError):  # noqa: N818 (named for what is refused)
    """A setting that cannot be right; the text names the variable, its value and what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The settings of one installation.

    ``folder`` holds all that is kept on disk; ``proxies`` is the number of trusted proxies in front of the server,
    each of which appends to X-Forwarded-For; ``largest_megabytes`` limits one uploaded file, ``hourly_jobs`` the
    match jobs of one address in an hour; ``address`` is the site's own, as letters give it; the senders are names of
    functions that send short messages; ``hook_networks`` are networks of one's own that webhooks may reach.
    """

    folder: Path
    secret_key: str
    is_debug: bool
    hosts: tuple[str, ...]
    database: Mapping[str, Any]
    is_https: bool
    proxies: int
    largest_megabytes: int
    hourly_jobs: int
    email_url: str
    sender: str
    address: str
    sms_sender: str
    wechat_sender: str
    hook_networks: tuple[Network, ...]
    metrics_token: str
    openid_server: str
    openid_client: str
    openid_secret: str


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Read and check the variables. Raises EnvironmentMistake at the first that cannot be right."""
    is_debug = _switch(variables, "CHUANZHU_DEBUG", default=False)
    folder = Path(variables.get("CHUANZHU_FOLDER") or "chuanzhu-data").expanduser().resolve()
    return Environment(
        folder=folder,
        secret_key=_secret_key(variables, folder),
        is_debug=is_debug,
        hosts=_hosts(variables),
        database=_database(variables.get("DATABASE_URL") or f"sqlite:///{folder / 'chuanzhu.sqlite3'}"),
        is_https=_switch(variables, "CHUANZHU_HTTPS", default=False),
        proxies=_number(variables, "CHUANZHU_PROXIES", default=0, most=10),
        largest_megabytes=_number(variables, "CHUANZHU_LARGEST_MEGABYTES", default=20, least=1, most=200),
        hourly_jobs=_number(variables, "CHUANZHU_HOURLY_JOBS", default=60, least=1, most=100_000),
        email_url=variables.get("CHUANZHU_SMTP", ""),
        sender=variables.get("CHUANZHU_SENDER") or "chuanzhu@localhost",
        address=_address(variables),
        sms_sender=_function(variables, "CHUANZHU_SMS_SENDER"),
        wechat_sender=_function(variables, "CHUANZHU_WECHAT_SENDER"),
        hook_networks=_networks(variables),
        metrics_token=_token(variables, "CHUANZHU_METRICS_TOKEN"),
        openid_server=variables.get("CHUANZHU_OPENID_SERVER", ""),
        openid_client=variables.get("CHUANZHU_OPENID_CLIENT", ""),
        openid_secret=variables.get("CHUANZHU_OPENID_SECRET", ""),
    )


def _switch(variables: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = variables.get(name)
    if value is None:
        return default
    if value.lower() not in _TRUE | _FALSE:
        raise EnvironmentMistake(f"环境变量 {name} 是“{value}”,应为 1(开)或 0(关)")
    return value.lower() in _TRUE


def _token(variables: Mapping[str, str], name: str) -> str:
    value = variables.get(name, "")
    if value and (len(value) < _SHORTEST_TOKEN or not value.isascii() or not value.isprintable() or " " in value):
        raise EnvironmentMistake(
            f"环境变量 {name} 有 {len(value)} 个字符,应为至少 {_SHORTEST_TOKEN} 个随机的字母和数字;不写就只有本机能看"
        )
    return value


def _number(variables: Mapping[str, str], name: str, *, default: int, least: int = 0, most: int) -> int:
    value = variables.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise EnvironmentMistake(f"环境变量 {name} 是“{value}”,应为 {least} 到 {most} 之间的整数")
    return int(value)


def _hosts(variables: Mapping[str, str]) -> tuple[str, ...]:
    written = variables.get("CHUANZHU_HOSTS") or "localhost,127.0.0.1,[::1]"
    hosts = tuple(host.strip() for host in written.split(",") if host.strip())
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise EnvironmentMistake(
                f"环境变量 CHUANZHU_HOSTS 里的“{host}”不是主机名;请写成 duijie.example.gov.cn 这样,"
                "不带 http:// 和端口,多个用逗号隔开"
            )
    return hosts


def _address(variables: Mapping[str, str]) -> str:
    """Return the address that letters name; where none is given, that of the first host."""
    written = (variables.get("CHUANZHU_ADDRESS") or "").rstrip("/")
    if written and not _ADDRESS.fullmatch(written):
        raise EnvironmentMistake(
            f"环境变量 CHUANZHU_ADDRESS 是“{written}”,应为网站的地址,例如 https://duijie.example.gov.cn,后面不带路径"
        )
    scheme = "https" if _switch(variables, "CHUANZHU_HTTPS", default=False) else "http"
    return written or f"{scheme}://{_hosts(variables)[0].lstrip('.').replace('*', 'localhost')}"


def _networks(variables: Mapping[str, str]) -> tuple[Network, ...]:
    """Return the networks of one's own that webhooks may reach, also without encryption; usually none."""
    written = [one.strip() for one in variables.get("CHUANZHU_HOOK_NETWORKS", "").split(",") if one.strip()]
    try:
        return tuple(ipaddress.ip_network(one) for one in written)
    except ValueError as error:
        raise EnvironmentMistake(
            f"环境变量 CHUANZHU_HOOK_NETWORKS 里有不是网段的内容({error});请写成 10.1.2.0/24 这样,多个用逗号隔开"
        ) from error


def _function(variables: Mapping[str, str], name: str) -> str:
    """Return the dotted name of a function; where none is given, that of the one that writes into the log."""
    written = variables.get(name) or _LOG_SENDER
    if not _DOTTED.fullmatch(written):
        raise EnvironmentMistake(
            f"环境变量 {name} 是“{written}”,应为一个 Python 函数的全名,例如 gateway.sms.send;不写就只打印到日志"
        )
    return written


def _secret_key(variables: Mapping[str, str], folder: Path) -> str:
    """Take the key that signs sessions from the environment, else from a file that is made at the first start."""
    key = variables.get("CHUANZHU_SECRET_KEY")
    if key is None:
        return _kept_key(folder / "secret-key")
    if len(key) < _SHORTEST_KEY:
        raise EnvironmentMistake(
            f"环境变量 CHUANZHU_SECRET_KEY 只有 {len(key)} 个字符,至少要 {_SHORTEST_KEY} 个随机字符;"
            "去掉这个变量,系统会在数据文件夹里自动生成一个"
        )
    return key


def _kept_key(path: Path) -> str:
    """Read the key, made whole before it gets its name: of two processes that start at once one makes it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            fresh = path.with_name(f"{path.name}.{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(64), "ascii")
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(fresh)
            fresh.unlink()
        return path.read_text("ascii")
    except OSError as error:
        raise EnvironmentMistake(
            f"数据文件夹 {path.parent} 不能写({error.strerror});请改正权限,或用 CHUANZHU_FOLDER 指定别的文件夹"
        ) from error


def _database(url: str) -> dict[str, Any]:
    """Turn an address into what Django wants; SQLite gets a write-ahead log, PostgreSQL a pool."""
    if not url.startswith(_DATABASES):
        raise EnvironmentMistake(
            f"环境变量 DATABASE_URL 以“{url.split(':', maxsplit=1)[0]}:”开头,只认 postgresql:// 和 sqlite:///;"
            "例如 postgresql://用户:密码@127.0.0.1:5432/库名"
        )
    try:
        database: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError as error:
        raise EnvironmentMistake(
            f"环境变量 DATABASE_URL 写得不对({error});密码里的特殊字符要写成 %40 这样的编码"
        ) from error
    if url.startswith("sqlite"):
        return {**database, "OPTIONS": _SQLITE}
    if not database["NAME"]:
        raise EnvironmentMistake("环境变量 DATABASE_URL 没有写库名;例如 postgresql://用户:密码@127.0.0.1:5432/库名")
    return {**database, "OPTIONS": {"pool": {"min_size": 1, "max_size": 16, "timeout": 10}}}
