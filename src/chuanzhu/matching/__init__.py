"""Who fits whom, and why: candidates by text and trade knowledge, rules, and a ranking whose score is its reasons."""

from chuanzhu.matching.account import Account, UnknownSupply
from chuanzhu.matching.evaluation import EvaluationError, Quality, evaluate, read_judgments, read_run
from chuanzhu.matching.faults import IndexBusy, IndexFault
from chuanzhu.matching.index_writer import check_index
from chuanzhu.matching.matcher import Matcher
from chuanzhu.matching.needs import read_need

__all__ = [
    "Account",
    "EvaluationError",
    "IndexBusy",
    "IndexFault",
    "Matcher",
    "Quality",
    "UnknownSupply",
    "check_index",
    "evaluate",
    "read_judgments",
    "read_need",
    "read_run",
]
