"""How templates speak: the words, times and sentences of one request, with its language, zone and moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from engine.library import Form
from engine.model import Fact, Person, Problem, Refusal, Stuck, Text, Turn
from engine.store.records import Account
from engine.views import ClockView, DutyView, HolderView, Line, Told, VisitOf
from web.people import SignedIn
from web.staff.parts import known_centres, library, settings
from web.words import Words, sentences, times


@dataclass(frozen=True, slots=True)
class Show:
    """`words` of the person's language in their centre's zone; `now` is one moment for the whole page."""

    words: Words
    now: datetime

    @classmethod
    def for_request(cls, signed: SignedIn | None, fallback: str, now: datetime) -> Show:
        if signed is None:
            return cls(Words(fallback), now)
        centres = known_centres()
        zone = next((centres[id].zone for id in signed.person.centres if id in centres), "UTC")
        return cls(Words(signed.language, zone), now)

    def at_centre(self, centre: str) -> Show:
        """The same words in the time zone of another centre."""
        known = known_centres().get(centre)
        return Show(Words(self.words.language, known.zone), self.now) if known else self

    def where(self, centre: str, person: Person) -> Show:
        """The same in the time zone of the centre that a page is of, if the person works there: what is read and
        written there is of the day and hour at that centre."""
        return self.at_centre(centre) if centre in person.centres else self

    @property
    def today(self) -> str:
        """The day at the centre, ISO."""
        return self.now.astimezone(self.words.zone).date().isoformat()

    def of(self, text: Text) -> str:
        return self.words.of(text)

    def moment(self, at: datetime) -> str:
        return times.moment(self.words, at, self.now)

    def full(self, at: datetime) -> str:
        return times.full(self.words, at)

    def day(self, day: date) -> str:
        return times.day(self.words, day, date.fromisoformat(self.today))

    def visit(self, visit: VisitOf) -> str:
        """Which visit, by its name and its day; `A visit` for those who may not know what it is for."""
        name = self.of(visit.title) if visit.title else self.words("task.visit")
        return f"{name} · {self.day(visit.due_at.astimezone(self.words.zone).date())}" if visit.due_at else name

    def turn(self, turn: Turn) -> str:
        """From when until when, under the day on which it begins: `18:00–08:00`, or with the day when it is longer."""
        starts, ends = (at.astimezone(self.words.zone) for at in (turn.starts_at, turn.ends_at))
        short = turn.ends_at - turn.starts_at <= timedelta(days=1)
        return f"{starts:%H:%M}–{ends:%H:%M}" if short else f"{starts:%H:%M} – {self.moment(ends)}"

    def centre(self, id: str) -> str:
        known = known_centres().get(id)
        return known.name if known else id

    def ago(self, at: datetime) -> str:
        return times.length(self.words, self.now - at)

    def clock(self, view: ClockView) -> str:
        return sentences.clock(self.words, view, self.now)

    def running_out(self, view: ClockView) -> bool:
        """Amber: an open clock that ends within this shift, by its earliest end."""
        shift = timedelta(hours=settings().shift_hours)
        return view.state == "open" and view.until is not None and view.until - self.now <= shift

    def duty(self, view: DutyView) -> str:
        return sentences.duty_due(self.words, view, self.now)

    def held(self, view: DutyView) -> str:
        return sentences.held(self.words, view)

    def responsible(self, role: Text, by: HolderView | None) -> str:
        return sentences.responsible(self.words, role, by)

    def late(self, at: datetime | None) -> bool:
        return at is not None and at <= self.now

    def due(self, at: datetime) -> str:
        return sentences.due(self.words, at, self.now)

    def answer(self, told: Told) -> str:
        return sentences.answer(self.words, told, self.now)

    def in_own_words(self, told: Told) -> bool:
        """Whether the answer is what somebody wrote, in a language that nobody told: marked `lang=""`."""
        return isinstance(told.value, str) and not told.value_title

    def value(self, value: object) -> str:
        return sentences.plain(self.words, value, self.now)

    def recorded(self, form: Form, fact: Fact) -> str:
        """A fact's value in the words of the form that asks it."""
        values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
        named = [self.texts(form.texts, f"{fact.name}.{value}") for value in values]
        return ", ".join(named) if named and all(named) else self.value(fact.value)

    def lines(self, lines: Iterable[Line]) -> list[str]:
        """Lines as sentences; equal ones in a row are said once, with their number."""
        found = groupby(sentences.line(self.words, line, self.now) for line in lines)
        return [self._counted(sentence, len(list(equal))) for sentence, equal in found]

    def by_day(self, lines: Iterable[Line]) -> list[tuple[str, list[tuple[str, str]]]]:
        """Lines under the name of their day, each with its time."""
        today = self.now.astimezone(self.words.zone).date()
        days = groupby(lines, key=lambda line: line.at.astimezone(self.words.zone).date())
        return [(times.day(self.words, day, today), self._of_day(list(those))) for day, those in days]

    def _of_day(self, lines: list[Line]) -> list[tuple[str, str]]:
        at_once = groupby(lines, key=lambda line: f"{line.at.astimezone(self.words.zone):%H:%M}")
        return [(time, sentence) for time, those in at_once for sentence in self.lines(those)]

    def _counted(self, sentence: str, number: int) -> str:
        return sentence if number == 1 else self.words("timeline.times", sentence=sentence, number=number)

    def refusal(self, refused: Refusal) -> str:
        return sentences.refusal(self.words, refused, self.now)

    def blocking(self, refused: Refusal) -> list[str]:
        """The sentences of the duties that stand in the way."""
        known = library().duties
        return [self.of(known[duty].title) for duty in refused.duties if duty in known]

    def problem(self, found: Problem) -> str:
        return sentences.problem(self.words, found)

    def stuck(self, view: Stuck) -> str:
        return sentences.stuck(self.words, view)

    def role(self, role: str) -> str:
        known = library().roles.get(role)
        return self.of(known.title) if known else role

    def places(self, account: Account) -> tuple[tuple[str, str], ...]:
        """(centre's name, roles there) of somebody, for the head of every page and for lists of people."""
        centres = known_centres()
        return tuple(
            (
                centres[id].name if id in centres else id,
                ", ".join(sorted(self.role(role) for role in account.roles[id])),
            )
            for id in sorted(account.roles)
        )

    def texts(self, texts: Mapping[str, Mapping[str, str]], key: str) -> str:
        """A message of a form in this language; English where it is missing, '' where it is nowhere."""
        return texts.get(self.words.language, {}).get(key) or texts.get("en", {}).get(key, "")
