"""Arguments: parsers that speak Chinese, and the types of options."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from typing import TypeAlias

    Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 (argparse has no public name for it)

NOTHING_DONE: Final = 2

_IN_CHINESE: Final = {
    "usage: ": "用法:",
    "positional arguments:": "参数:",
    "options:": "选项:",
    "show this help message and exit": "显示这份说明",
    "the following arguments are required: ": "缺少",
    "unrecognized arguments: ": "不认识的选项 ",
    "expected one argument": "后面要跟一个值",
    "argument ": "",
    "invalid choice: ": "没有这个命令:",
    "choose from": "可用的有",
}


class Parser(argparse.ArgumentParser):
    """Says in Chinese how it is called and what is wrong with a call."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end."""
        self.exit(NOTHING_DONE, f"命令写得不对:{_chinese(message)};完整用法:{self.prog} --help\n")

    def format_help(self) -> str:
        """Return the help, in Chinese."""
        return _chinese(super().format_help())


def _chinese(text: str) -> str:
    for english, chinese in _IN_CHINESE.items():
        text = text.replace(english, chinese)
    return text


def positive(text: str) -> int:
    """Read a number of one or more."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"“{text}”应为正整数,例如 10")
    return int(text)


def day(text: str) -> dt.date:
    """Read a day as YYYY-MM-DD."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"“{text}”应为日期,例如 2026-11-21") from error
