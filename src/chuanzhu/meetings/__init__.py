"""Who meets whom when: choosing and scheduling the meetings of an event, and mending the timetable on the day."""

from chuanzhu.meetings.arranging import arrange
from chuanzhu.meetings.conflict import InfeasibleEvent, OutOfTime
from chuanzhu.meetings.event import Event, EventError, Meeting, Participant, check_event
from chuanzhu.meetings.planning import plan
from chuanzhu.meetings.repair import repair
from chuanzhu.meetings.solver import Effort, SolverMissing
from chuanzhu.meetings.timetable import Measure, Placement, Timetable

__all__ = [
    "Effort",
    "Event",
    "EventError",
    "InfeasibleEvent",
    "Measure",
    "Meeting",
    "OutOfTime",
    "Participant",
    "Placement",
    "SolverMissing",
    "Timetable",
    "arrange",
    "check_event",
    "plan",
    "repair",
]
