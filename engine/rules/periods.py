"""Lengths of time: ISO 8601 durations of schedules, parameters with a unit, whole years of age."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from engine.library import Parameter
from engine.model import Value

_N = "[0-9]{1,4}"
DURATION = re.compile(
    rf"P(?=[0-9]|T)(?:(?P<years>{_N})Y)?(?:(?P<months>{_N})M)?(?:(?P<weeks>{_N})W)?(?:(?P<days>{_N})D)?"
    rf"(?:T(?=[0-9])(?:(?P<hours>{_N})H)?(?:(?P<minutes>{_N})M)?)?"
)
_UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}


def is_duration(text: str) -> bool:
    """Whether the text is an ISO 8601 duration of whole years, months, weeks, days, hours and minutes."""
    return DURATION.fullmatch(text) is not None


def add(moment: datetime, duration: str) -> datetime:
    """The moment a duration after another; months keep the day of the month where it exists (31 January
    plus a month is the last of February). Raises ValueError when the text is not a duration."""
    match = DURATION.fullmatch(duration)
    if match is None:
        raise ValueError(f"Expected an ISO 8601 duration such as P14D or P6W, but got {duration!r}")
    part = {name: int(value or 0) for name, value in match.groupdict().items()}
    months = part["years"] * 12 + part["months"]
    if months:
        year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
        moment = moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
    return moment + timedelta(weeks=part["weeks"], days=part["days"], hours=part["hours"], minutes=part["minutes"])


def length(parameter: Parameter, value: Value) -> timedelta:
    """A parameter's value as a length of time. Raises ValueError unless its unit is one of time."""
    unit = _UNITS.get(parameter.unit)
    if unit is None or not isinstance(value, int | float):
        raise ValueError(f"Expected {parameter.id} to have the unit hours, days or minutes, not {parameter.unit}")
    return unit * value


def is_time_unit(unit: str) -> bool:
    return unit in _UNITS


def completed_years(born: date, day: date) -> int:
    """Whole years from birth to a day; someone born on 29 February completes a year on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def completes(born: date, years: int) -> date:
    """The first day on which somebody has completed so many years: the birthday, or 1 March for 29 February."""
    year = born.year + years
    if (born.month, born.day) == (2, 29) and monthrange(year, 2)[1] < born.day:
        return date(year, 3, 1)
    return born.replace(year=year)
