"""Writes on events, one function each: lock, permit, check, write, record, tell."""

from chuanzhu_site.programme.actions.attending import arrive, finish_event, mark_missing
from chuanzhu_site.programme.actions.following import answer_followup, ask_followups
from chuanzhu_site.programme.actions.preparing import (
    Filling,
    add_wish,
    cancel_event,
    change_event,
    create_event,
    invite,
    set_wish,
)
from chuanzhu_site.programme.actions.recording import Said, record_outcome
from chuanzhu_site.programme.actions.timetabling import publish_timetable, start_timetable, stop_timetable
from chuanzhu_site.programme.actions.wishing import answer, note_call

__all__ = [
    "Filling",
    "Said",
    "add_wish",
    "answer",
    "answer_followup",
    "arrive",
    "ask_followups",
    "cancel_event",
    "change_event",
    "create_event",
    "finish_event",
    "invite",
    "mark_missing",
    "note_call",
    "publish_timetable",
    "record_outcome",
    "set_wish",
    "start_timetable",
    "stop_timetable",
]
