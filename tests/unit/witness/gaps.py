"""Small pathways with a gap through which a duty is broken, each with the same pathway mended."""

# ruff: noqa: E501  # content is written as its authors write it, one item a line

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.content import from_files
from engine.library import Library
from tests.unit.checks.drawn import drawn
from tests.unit.checks.edition import files, form

RULES = """\
facts:
- {id: born, title: {en: Day of birth, fr: Naissance, rw: Amavuko}, type: date, group: profile}
- {id: left, title: {en: Has left, fr: Est parti, rw: Yagiye}, type: choice, values: [yes, no], group: profile}
- {id: door, title: {en: Door, fr: Porte, rw: Urugi}, type: choice, values: [reception], value_titles: {reception: {en: Reception, fr: Accueil, rw: Kwakira}}, group: profile}
- {id: arrived_at, title: {en: Arrived, fr: Arrivée, rw: Yageze}, type: datetime, group: profile}
acts:
- {id: police.told, title: {en: The police were told, fr: Dit, rw: Kubwirwa}}
- {id: consent.given, title: {en: Consent was given, fr: Accord, rw: Yemeye}}
parameters:
- id: patience
  title: {en: Patience, fr: Patience, rw: Kwihangana}
  unit: hours
  as_of: now
  values:
  - {from: 2018-09-01, value: 24, cite: "House rule", status: unverified}
duties:
- id: the_duty
  title: {en: Tell the police rightly, fr: Devoir, rw: Inshingano}
  kind: law
  severity: block
  holder: reception
  source: {cite: "House rule"}
"""
OWED = RULES + "  must: police.told\n  before: case.end\n  when: \"wants_police == 'yes'\"\n"
OWED_TO_CHILDREN = RULES + '  must: police.told\n  before: case.end\n  when: "age < 18"\n'
ONLY_WITH_CONSENT = RULES + "  never: police.told\n  without: [consent.given]\n"
ONLY_WHEN_WANTED = RULES + "  never: police.told\n  unless: \"wants_police == 'yes'\"\n  if_unknown: broken\n"

YES_NO = {"type": "string", "enum": ["yes", "no"]}
FORMS = {
    "nothing": form({"born": {"type": "string", "format": "date"}}),
    "wish": form({"wants_police": YES_NO}, ["wants_police"]),
    "agreement": form({"wants_police": {"type": "string", "enum": ["yes"]}}, ["wants_police"]),
    "leaving": form({"left": YES_NO}, ["left"]),
}
ANYTIME = """\
anytime:
- {id: change_wish, title: {en: Change the wish, fr: Changer, rw: Guhindura}, form: wish, roles: [reception]}
- {id: leave, title: {en: Leave, fr: Partir, rw: Kugenda}, form: leaving, roles: [reception]}
"""
VOCABULARY = """\
centre: {id: training, name: Training centre, zone: Africa/Kigali}
begins: "2026-03-02T09:00:00+02:00"
survivor: {born: born}
words: {}
statements: {}
sentences: {given: {}, when: {}, then: {}}
defaults: {wants_police: no}
"""


@dataclass(frozen=True)
class Gap:
    """`broken` is a main process in which the duty can be broken; `mended` says what stands instead of which words."""

    rules: str
    broken: str
    mended: Mapping[str, str]
    news: bool = False
    corrected: bool = False
    service: str = ""

    def library(self, *, mended: bool) -> Library:
        return from_files(self.files(mended=mended), "rwanda")

    def files(self, *, mended: bool) -> dict[str, bytes]:
        main, service = self.broken, self.service
        for old, new in self.mended.items() if mended else ():
            assert old in main + service
            main, service = main.replace(old, new), service.replace(old, new)
        found = files(drawn(service).replace('"f', '"s') if service else "", self.rules, FORMS, drawn(main))
        if self.news:
            found["pathways/isange.yaml"] += ANYTIME.encode()
        if self.corrected:
            base = found["rules/common/base.yaml"]
            found["rules/common/base.yaml"] = base.replace(b"facts.record]", b"facts.record, fact.correct]")
        return found


TELL = 'tell: user nothing; name="Tell the police" care:acts="police.told"\n'
CLOSE = 'close: user nothing; name="Close" care:acts="case.end"\nover: end\nclose -> over\n'

GAPS = {
    "the wish is asked again behind the branch that reads it": Gap(
        OWED,
        f"""start: start
            asked: exclusive
            {TELL}
            again: user wish; name="Ask again"
            met: exclusive
            {CLOSE}
            start -> asked
            asked -> tell when wants_police == 'yes'
            asked -> met otherwise
            tell -> met
            met -> again
            again -> close""",
        {
            "start -> asked": "start -> again",
            "met -> again": "met -> close",
            "again -> close": "again -> asked",
        },
    ),
    "a wish is withdrawn while the report is being written": Gap(
        ONLY_WHEN_WANTED,
        f"""start: start
            asked: exclusive
            {TELL}
            met: exclusive
            {CLOSE}
            start -> asked
            asked -> tell when wants_police == 'yes'
            asked -> met otherwise
            tell -> met
            met -> close""",
        {'care:acts="police.told"': 'care:acts="police.told" care:requires="wants_police == \'yes\'"'},
        news=True,
    ),
    "who leaves early goes past the report": Gap(
        OWED,
        f"""start: start
            stay: user nothing; name="Stay"
            leaves on stay: conditional left == 'yes'
            {TELL}
            met: exclusive
            {CLOSE}
            start -> stay
            stay -> tell
            tell -> met
            leaves -> met
            met -> close""",
        {"leaves -> met": "leaves -> near", "stay -> tell": "stay -> near\nnear: exclusive\nnear -> tell"},
        news=True,
    ),
    "two services work side by side": Gap(
        ONLY_WITH_CONSENT,
        f"""start: start
            agree: user nothing; name="Agree" care:acts="consent.given"
            {CLOSE}
            start -> agree
            agree -> close""",
        {"began -> tell": "until: conditional act.consent.given\nbegan -> until\nuntil -> tell"},
        service=f"""began: start
            {TELL}
            ended: end
            began -> tell
            tell -> ended""",
    ),
    "time takes the report away": Gap(
        OWED,
        f"""start: start
            {TELL}
            late on tell: after patience
            met: exclusive
            {CLOSE}
            start -> tell
            tell -> met
            late -> met
            met -> close""",
        {
            "late on tell": "late beside tell",
            "late -> met": 'hurry: user nothing; name="Hurry"\nhurried: end\nlate -> hurry\nhurry -> hurried',
        },
    ),
    "an age is corrected after the decision": Gap(
        OWED_TO_CHILDREN,
        f"""start: start
            asked: exclusive
            {TELL}
            met: exclusive
            {CLOSE}
            start -> asked
            asked -> tell when age is not unset and age < 18
            asked -> met otherwise
            tell -> met
            met -> close""",
        {
            'care:acts="case.end"': 'care:acts="case.end" care:requires="act.police.told or (age is not unset and age >= 18)"'
        },
        corrected=True,
    ),
    "a consent is entered late, after it was withdrawn": Gap(
        ONLY_WHEN_WANTED,
        f"""start: start
            agree: user agreement; name="Report with consent" care:acts="police.told"
            {CLOSE}
            start -> agree
            agree -> close""",
        {"police.told": "police.told[wants_police == 'yes']"},
    ),
}
