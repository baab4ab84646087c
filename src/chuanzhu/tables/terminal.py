"""Answers on a terminal: each demand, what was understood of it, and the best few suppliers with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from chuanzhu.tables.wording import advice, lacks, printable, speaks_for, supply_name, to_clear_up, understood

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from chuanzhu.model import Answer, Match

_LONGEST: Final = 300


def terminal_table(answers: Sequence[Answer], *, console: Console, best: int = 3) -> None:
    """Print each answer: nothing in it depends on colour, and it reads well at 100 columns."""
    for answer in answers:
        console.print(_heading(answer))
        if answer.matches:
            console.print(_table(answer.matches[:best]))
            _tell_more(len(answer.matches) - best, console=console)
        else:
            console.print(_pairs([(Text("  没有合适的供给"), Text(_why_none(answer), style="red"))]))
        console.print()


def _shown(text: str) -> str:
    """Return a text that cannot steer the terminal and does not fill it."""
    return printable(text, limit=_LONGEST)


def _heading(answer: Answer) -> Table:
    demand = answer.need.demand
    buyer = f"　({_shown(demand.enterprise)})" if demand.enterprise else ""
    text = Text.assemble((_shown(demand.text), "bold"), buyer)
    read = Text(_shown(understood(answer.need)), style="dim")
    return _pairs([(Text(f"【{_shown(demand.id)}】", style="bold"), text), (Text("读懂", justify="right"), read)])


def _why_none(answer: Answer) -> str:
    nearest = answer.unmet.nearest if answer.unmet else None
    lines = [answer.unmet.why if answer.unmet else "供给清单里没有接近的"]
    if nearest:
        missing = lacks(nearest).replace("\n", ";")
        lines.append(f"最接近的一家:{supply_name(nearest.supply)};{missing}")
    lines.append(f"建议:{advice(answer)}")
    return "\n".join(_shown(line) for line in lines)


def _pairs(rows: Sequence[tuple[Text, Text]]) -> Table:
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for row in rows:
        grid.add_row(*row)
    return grid


def _table(matches: Sequence[Match]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 2), show_header=False, expand=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=3, overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=7, overflow="fold")
    for rank, match in enumerate(matches, start=1):
        supply = match.supply
        who = Text(f"{_shown(supply.enterprise)}\n{_shown(supply.product)}")
        table.add_row(str(rank), who, f"{match.score:.0f}分", _why(match))
    return table


def _why(match: Match) -> Text:
    asked = ";".join(reason.text for reason in to_clear_up(match))
    text = Text(_shown(";".join(reason.text for reason in speaks_for(match) if reason not in to_clear_up(match))))
    if asked:
        text.append(f"\n要问清或不足:{_shown(asked)}", style="red")
    return text


def _tell_more(more: int, *, console: Console) -> None:
    if more > 0:
        console.print(Text(f"  另有 {more} 家,用 --output 写成文件可看全部", style="dim"))
