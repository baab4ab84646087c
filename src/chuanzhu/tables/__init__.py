"""Lists in, answers out: Excel, CSV and JSON files, with every problem named by its row and column."""

from chuanzhu.tables.allocation import AllocationRow, AllocationTable
from chuanzhu.tables.growing import GrowingList
from chuanzhu.tables.lists import Table, Written, read_demands, read_own_list, read_supplies
from chuanzhu.tables.machine import answers_as_json
from chuanzhu.tables.sheets import TableError
from chuanzhu.tables.terminal import terminal_table
from chuanzhu.tables.writing import OutputError, check_output, write_answers, write_text

__all__ = [
    "AllocationRow",
    "AllocationTable",
    "GrowingList",
    "OutputError",
    "Table",
    "TableError",
    "Written",
    "answers_as_json",
    "check_output",
    "read_demands",
    "read_own_list",
    "read_supplies",
    "terminal_table",
    "write_answers",
    "write_text",
]
