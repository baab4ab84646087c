"""Addresses of events."""

from __future__ import annotations

from django.urls import path

from chuanzhu_site.programme.views import arrivals, events, following, guests, meetings, mine, timetables, wishes

urlpatterns = [
    path("events/", events.events, name="events"),
    path("events/new/", events.create, name="event-new"),
    path("event/<str:reference>/", events.event, name="event"),
    path("event/<str:reference>/edit/", events.edit, name="event-edit"),
    path("event/<str:reference>/guests/", guests.guests, name="event-guests"),
    path("event/<str:reference>/guests/<str:guest>/<str:act>/", guests.act, name="guest-act"),
    path("event/<str:reference>/wishes/", wishes.wishes, name="event-wishes"),
    path("event/<str:reference>/wishes/<int:pk>/", wishes.fix, name="wish-fix"),
    path("event/<str:reference>/timetable/", timetables.timetable, name="event-timetable"),
    path("event/<str:reference>/timetable/start/", timetables.start, name="timetable-start"),
    path("event/<str:reference>/timetable/progress/", timetables.progress, name="timetable-progress"),
    path("event/<str:reference>/timetable/<str:run>/<str:act>/", timetables.act, name="timetable-act"),
    path("event/<str:reference>/print/", timetables.printed, name="event-print"),
    path("event/<str:reference>/workbook/", timetables.workbook, name="event-workbook"),
    path("event/<str:reference>/results/", meetings.results, name="event-results"),
    path("event/<str:reference>/mine/", mine.mine, name="event-mine"),
    path("event/<str:reference>/mine/code.svg", mine.code, name="event-code"),
    path("event/<str:reference>/mine/calendar.ics", mine.calendar, name="event-calendar"),
    path("event/<str:reference>/mine/print/", mine.printed, name="event-mine-print"),
    path("event/<str:reference>/arrive/<str:token>/", arrivals.arrive, name="event-arrive"),
    path("event/<str:reference>/<str:act>/", events.act, name="event-act"),
    path("meeting/<str:reference>/", meetings.meeting, name="meeting"),
    path("followup/<str:reference>/", following.followup, name="followup"),
]
