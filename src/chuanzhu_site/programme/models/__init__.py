"""Events, who comes and whom they wish to meet, timetables, meetings held, and what became of them."""

from chuanzhu_site.programme.models.events import Event
from chuanzhu_site.programme.models.meetings import FollowUp, Meeting
from chuanzhu_site.programme.models.people import Participant, Wish
from chuanzhu_site.programme.models.timetables import Timetable

__all__ = ["Event", "FollowUp", "Meeting", "Participant", "Timetable", "Wish"]
