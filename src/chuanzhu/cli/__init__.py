"""The command line: one module a command.

Options are English, what is printed is Chinese. Results go to standard output, everything else to standard error. Exit
code 0: every row was used; 3: done, but some rows had problems; 2: nothing could be done.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from chuanzhu.cli import check, demo, evaluate, explain, index, match, meetings, place
from chuanzhu.cli.parsing import NOTHING_DONE, Parser
from chuanzhu.model import ChuanzhuError

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = (match, index, check, explain, meetings, place, demo, evaluate)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except ChuanzhuError as error:
        print(f"做不了:{error}", file=sys.stderr)
        return NOTHING_DONE
    except KeyboardInterrupt as stop:
        print(str(stop) or "已停止,没有留下写了一半的文件。", file=sys.stderr)
        return NOTHING_DONE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on, so nothing more is said
        return NOTHING_DONE
    except OSError as error:
        print(f"做不了:{error.strerror or error};请检查磁盘是否已满、输出位置能否写入", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOTHING_DONE
    return code


def _parser() -> Parser:
    parser = Parser(prog="chuanzhu", description="串珠:两份清单进,一份对接清单出。")
    commands = parser.add_subparsers(required=True, metavar="命令", parser_class=Parser)
    for command in _COMMANDS:
        command.add_to(commands)
    return parser
