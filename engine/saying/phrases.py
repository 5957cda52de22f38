"""The phrases that sentences are put together from, in every language, and the small rules of its spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from engine.library import LANGUAGES
from engine.model import Text


def _say(en: str, fr: str, rw: str) -> Text:
    return dict(zip(LANGUAGES, (en, fr, rw), strict=True))


PHRASES: Final[Mapping[str, Text]] = {
    # the duty itself
    "if": _say("if {when}, {rest}", "si {when}, {rest}", "iyo {when}, {rest}"),
    "each": _say("each time {act}, {rest}", "chaque fois que {act}, {rest}", "buri gihe iyo {act}, {rest}"),
    "failed": _say(
        "the duty “{title}” is late or broken",
        "le devoir «\u00a0{title}\u00a0» est en retard ou manqué",
        "inshingano “{title}” itinze cyangwa itubahirijwe",
    ),
    "must": _say(
        "the centre must {act} before it may {before}",
        "le centre doit {act} avant de pouvoir {before}",
        "ikigo kigomba {act} mbere y’uko gishobora {before}",
    ),
    "never": _say("the centre must not {act}", "le centre ne doit pas {act}", "ikigo nticyemerewe {act}"),
    "without": _say(
        "{rest} unless it does this first: {acts}", "{rest} sans d’abord {acts}", "{rest} kitabanje {acts}"
    ),
    "unless": _say("{rest} unless {when}", "{rest}, sauf si {when}", "{rest}, keretse {when}"),
    "or_unless": _say("{rest}; or unless {when}", "{rest} ; ou sauf si {when}", "{rest}; cyangwa keretse {when}"),
    "always": _say(
        "the centre must see to it that this always holds: {when}",
        "le centre doit veiller à ce que ceci soit toujours vrai : {when}",
        "ikigo kigomba kwita ku ko ibi bihora ari ukuri: {when}",
    ),
    "anew": _say(
        "what was done for an earlier time does not count again",
        "ce qui a été fait pour une fois précédente ne compte pas à nouveau",
        "ibyakozwe ku nshuro yabanje ntibyongera kubarwa",
    ),
    "revoked": _say(
        "it does not count any more once this is on record: {acts}",
        "cela ne compte plus dès qu’il est noté : {acts}",
        "ntibiba bikibarwa iyo handitswe: {acts}",
    ),
    "kept": _say(
        "another answer when it is asked again does not end it; only a correction of the answer does",
        "une autre réponse, à la question reposée, n’y met pas fin ; seule la correction de la réponse le fait",
        "ikindi gisubizo, iyo byongeye kubazwa, ntikibirangiza; gukosora igisubizo ni byo bibirangiza",
    ),
    "except": _say(
        "this duty does not apply if {when}",
        "ce devoir ne s’applique pas si {when}",
        "iyi nshingano ntikurikizwa igihe {when}",
    ),
    "override": _say(
        "with a written reason these may go on all the same: {roles}",
        "avec un motif écrit, peuvent passer outre : {roles}",
        "batanze impamvu yanditse, aba bashobora kubirengaho: {roles}",
    ),
    "limit": _say("the limit is {limit}", "le délai est de {limit}", "igihe ntarengwa ni {limit}"),
    "from.duty": _say(
        "{length} from when it is owed",
        "{length} à compter du moment où c’est dû",
        "{length} uhereye igihe bibaye inshingano",
    ),
    "from.act": _say("{length} from that moment", "{length} à compter de ce moment", "{length} uhereye icyo gihe"),
    "from.fact": _say(
        "{length} from “{title}”", "{length} à compter de «\u00a0{title}\u00a0»", "{length} uhereye kuri “{title}”"
    ),
    "warn": _say(
        "{limit}, with a warning {length} before",
        "{limit}, avec une alerte {length} avant",
        "{limit}, habanje kuburira {length} mbere",
    ),
    "act": _say("bring this about: “{title}”", "faire en sorte : «\u00a0{title}\u00a0»", "gutuma ibi biba: “{title}”"),
    "if_listed": _say("if {when} – then {rest}", "si {when} – alors {rest}", "iyo {when} – icyo gihe {rest}"),
    "unknown.broken.must": _say(
        "if it is still not known whether this duty applies when the centre is to {before}, it counts as if it did",
        "si, au moment de {before}, on ne sait pas encore si ce devoir s’applique, il compte comme s’il s’appliquait",
        "iyo mu gihe cyo {before} bikiri bitazwi niba iyi nshingano ikurikizwa, ifatwa nk’aho ikurikizwa",
    ),
    "unknown.broken": _say(
        "while it is not known whether this duty applies, it counts as if it did",
        "tant que l’on ne sait pas si ce devoir s’applique, il compte comme s’il s’appliquait",
        "igihe bitazwi niba iyi nshingano ikurikizwa, ifatwa nk’aho ikurikizwa",
    ),
    "unknown.ignore": _say(
        "while it is not known whether this duty applies, it does not",
        "tant que l’on ne sait pas si ce devoir s’applique, il ne s’applique pas",
        "igihe bitazwi niba iyi nshingano ikurikizwa, ntikurikizwa",
    ),
    "answered.or_unset": _say(
        "{said}, or is not answered yet", "{said}, ou manque encore", "{said}, cyangwa ntikiratangwa"
    ),
    "decided.or_unset": _say(
        "{said}, or cannot be decided yet", "{said}, ou ne peut pas encore être prise", "{said}, cyangwa ntikirafatwa"
    ),
    "next": _say("; ", " ; ", "; "),
    # conditions
    "and": _say(", and ", ", et ", ", kandi "),
    "or": _say(", or ", ", ou ", ", cyangwa "),
    "value_or": _say(" or ", " ou ", " cyangwa "),
    "all": _say("all of this holds: {items}", "tout ceci est vrai : {items}", "ibi byose ni ko biri: {items}"),
    "any": _say(
        "at least one of these holds: {items}",
        "au moins un de ces points est vrai : {items}",
        "nibura kimwe muri ibi ni ko kiri: {items}",
    ),
    "quote": _say("“{title}”", "«\u00a0{title}\u00a0»", "“{title}”"),
    "answered": _say(
        "{name} is answered {value}", "la réponse à {name} est {value}", "igisubizo kuri {name} ni {value}"
    ),
    "answered.not": _say(
        "{name} is answered otherwise than {value}",
        "la réponse à {name} est autre que {value}",
        "igisubizo kuri {name} gitandukanye na {value}",
    ),
    "answered.unset": _say("{name} is not answered yet", "{name} reste sans réponse", "{name} ntirasubizwa"),
    "answered.set": _say("{name} is answered", "{name} a une réponse", "{name} yarashubijwe"),
    "decided": _say(
        "{name} is decided as {value}", "la décision {name} est {value}", "icyemezo kuri {name} ni {value}"
    ),
    "decided.not": _say(
        "{name} is decided otherwise than {value}",
        "la décision {name} est autre que {value}",
        "icyemezo kuri {name} gitandukanye na {value}",
    ),
    "decided.unset": _say(
        "{name} cannot be decided yet", "{name} ne peut pas encore être décidé", "{name} ntibirashobora kwemezwa"
    ),
    "decided.set": _say("{name} can be decided", "{name} peut être décidé", "{name} bishobora kwemezwa"),
    "has": _say("{name} includes {value}", "{name} comprend {value}", "{name} harimo {value}"),
    "has.not": _say("{name} does not include {value}", "{name} ne comprend pas {value}", "{name} ntiharimo {value}"),
    "act.true": _say("it is on record: {name}", "il est noté : {name}", "handitswe: {name}"),
    "act.false": _say("it is not on record: {name}", "il n’est pas noté : {name}", "ntihanditswe: {name}"),
    "same": _say("{name} is the same as {value}", "{name} est identique à {value}", "{name} ni kimwe na {value}"),
    "same.not": _say("{name} differs from {value}", "{name} diffère de {value}", "{name} itandukanye na {value}"),
    "<": _say("{name} is below {value}", "{name} est inférieur à {value}", "{name} iri munsi ya {value}"),
    "<=": _say("{name} is at most {value}", "{name} est au plus {value}", "{name} ntirenza {value}"),
    ">": _say("{name} is above {value}", "{name} est supérieur à {value}", "{name} irenze {value}"),
    ">=": _say("{name} is at least {value}", "{name} est au moins {value}", "{name} ni nibura {value}"),
    "number": _say("{name} is {value}", "{name} est {value}", "{name} ni {value}"),
    "number.not": _say("{name} is not {value}", "{name} n’est pas {value}", "{name} si {value}"),
    "true": _say("yes", "oui", "yego"),
    "false": _say("no", "non", "oya"),
    "otherwise": _say("none of this: {items}", "rien de ceci : {items}", "nta na kimwe muri ibi: {items}"),
    "process.none": _say(
        "the service {name} has not begun", "le service {name} n’a pas commencé", "serivisi {name} ntiyatangiye"
    ),
    "process.running": _say(
        "the service {name} is under way", "le service {name} est en cours", "serivisi {name} irakomeje"
    ),
    "process.done": _say("the service {name} is done", "le service {name} est terminé", "serivisi {name} yararangiye"),
    "process.cancelled": _say(
        "the service {name} was stopped", "le service {name} a été arrêté", "serivisi {name} yarahagaritswe"
    ),
    "duty.none": _say(
        "the duty {name} never arose", "le devoir {name} n’est jamais né", "inshingano {name} ntiyigeze ibaho"
    ),
    "duty.owed": _say("the duty {name} is owed", "le devoir {name} est dû", "inshingano {name} iracyasabwa"),
    "duty.met": _say("the duty {name} is met", "le devoir {name} est accompli", "inshingano {name} yubahirijwe"),
    "duty.broken": _say("the duty {name} is broken", "le devoir {name} est manqué", "inshingano {name} ntiyubahirijwe"),
    "duty.cancelled": _say(
        "the duty {name} is no longer owed", "le devoir {name} n’est plus dû", "inshingano {name} ntigisabwa"
    ),
    "clock.unknown": _say(
        "it is not known how long {name} is possible",
        "on ne sait pas jusqu’à quand {name} est possible",
        "ntibizwi igihe {name} bishobokera",
    ),
    "clock.open": _say(
        "the {length} for {name} have not run out",
        "le délai de {length} pour {name} n’est pas écoulé",
        "igihe cya {name} ({length}) ntikirashira",
    ),
    "clock.closed": _say(
        "the {length} for {name} have run out",
        "le délai de {length} pour {name} est écoulé",
        "igihe cya {name} ({length}) cyarashize",
    ),
    "case.duties_owed": _say("the number of duties owed", "le nombre de devoirs dus", "umubare w’inshingano zisabwa"),
    "case.processes_running": _say(
        "the number of services under way", "le nombre de services en cours", "umubare wa serivisi zikomeje"
    ),
    "over": _say("this is over: {what}", "ceci est terminé : {what}", "ibi byarangiye: {what}"),
    "settled": _say("this is owed no more: {what}", "ceci n’est plus dû : {what}", "ibi ntibikisabwa: {what}"),
    "unseen": _say(
        "something that you are not shown", "quelque chose qui ne vous est pas montré", "ikintu utemerewe kubona"
    ),
    # lengths
    "years": _say("{n} years", "{n} ans", "imyaka {n}"),
    "years.1": _say("{n} year", "{n} an", "umwaka {n}"),
    "days": _say("{n} days", "{n} jours", "iminsi {n}"),
    "days.1": _say("{n} day", "{n} jour", "umunsi {n}"),
    "hours": _say("{n} hours", "{n} heures", "amasaha {n}"),
    "hours.1": _say("{n} hour", "{n} heure", "isaha {n}"),
    "minutes": _say("{n} minutes", "{n} minutes", "iminota {n}"),
    "minutes.1": _say("{n} minute", "{n} minute", "umunota {n}"),
    "count": _say("{n}", "{n}", "{n}"),
    "text": _say("{n}", "{n}", "{n}"),
}
"""What is said, by key; `{...}` is put in."""

_ELISIONS: Final = (
    (re.compile(r"\b([Qq])ue (?=[aeiouyéèêâîôûh])", re.IGNORECASE), r"\1u’"),
    (re.compile(r"\b([Ss])i (?=ils?\b)"), r"\1’"),
    (re.compile(r"\bde (?=[aeiouyéèêâîôûh])"), "d’"),
)


class Speech:
    """Puts phrases together in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **params: str) -> str:
        return PHRASES[key][self.language].format(**params)

    def of(self, text: Text) -> str:
        return text.get(self.language) or text.get("en", "")

    def quoted(self, text: str) -> str:
        return self("quote", title=text)

    def listed(self, items: Iterable[str], joint: str) -> str:
        """`a, b or c` with the joint before the last."""
        *others, last = items
        return f"{', '.join(others)}{self(joint)}{last}" if others else last

    def spelt(self, sentence: str) -> str:
        """A whole sentence as the language spells it: elisions, its first letter, its full stop."""
        sentence = sentence.replace("'", "’")
        if self.language == "fr":
            for pattern, instead in _ELISIONS:
                sentence = pattern.sub(instead, sentence)
        return f"{sentence[0].upper()}{sentence[1:]}."


def lowered(title: str) -> str:
    """A title within a sentence: `PEP was offered` stays as it is."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
