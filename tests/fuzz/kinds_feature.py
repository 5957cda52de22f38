"""Kinds of bad drills, and of bad vocabularies of drills."""

# ruff: noqa: E501  # one kind a line: its name, what it was, what it became, and what is said of it

from __future__ import annotations

from tests.fuzz.kinds import Kind, encodings, slip, whole

DRILL = ".feature"
WORDS = "vocabulary.yaml"
FIRST = r"\A(@.*\n)?Feature: .*\n"
STEP = r"^    (Given|When|Then|And) .*\n"
NEXT = "d01_"


def drill(*steps: str) -> bytes:
    """A feature with one scenario of these steps, for the shipped vocabulary."""
    return ("Feature: x\n  Scenario: y\n" + "".join(f"    {step}\n" for step in steps)).encode()


def playing(name: str, says: str, *steps: str) -> Kind:
    """A drill that can be read, and does not hold."""
    steps = steps if any(step.startswith("Then ") for step in steps) else (*steps, "Then no report exists")
    return whole(f"feature: {name}", lambda *_: drill(*steps), says, "found", file=NEXT)


def playing_not(name: str, says: str, *steps: str) -> Kind:
    """A drill that cannot be read."""
    return whole(f"feature: {name}", lambda *_: drill(*steps), says, file=NEXT)


HERE = ("Given a survivor who is 12 years old", "When reception receives her")

KINDS = [
    *encodings("feature"),
    # the feature
    slip("feature: no scenario", r"\A(?:@.*\n)?(Feature: .*\n)(.|\n)*", r"\1", "at least one Scenario:", file=DRILL),
    whole("feature: only a remark", lambda *_: b"# later\n", "at least one Scenario:", file=DRILL),
    slip("feature: no Feature line", FIRST, "", "Expected", file=DRILL),
    slip("feature: two features", r"\Z", "\nFeature: again\n", "Expected", file=DRILL),
    slip("feature: scenario without steps", r"^  Scenario: .*\n", r"\g<0>  Scenario: nothing\n", "Expected steps", file=DRILL),
    slip("feature: scenario without a Then", r"\Z", "\n  Scenario: nothing\n    When everyone does their work\n", "Expected a Then", file=DRILL),
    whole("feature: Then before all scenarios", lambda *_: b"Feature: x\n  Background:\n    Then no report exists\n  Scenario: y\n    When 2 days pass\n", "Expected a Then", file=NEXT),
    playing_not("When after all", "Expected a Then", *HERE, "When 2 days pass", "And 2 days pass"),
    slip("feature: tag of no duty", r"\A(@.*\n)?", "@duty:nothing-at-all\n", "There is no duty", file=DRILL),
    slip("feature: tag of a duty with a slip", r"@duty:minor-report", "@duty:minor-reprot", 'Did you mean "minor-report"?', file="d03_"),
    slip("feature: tag of an empty duty", r"^  Scenario", r"  @duty:\n\g<0>", "There is no duty", file=DRILL),
    slip("feature: outline without rows", r"\Z", "\n  Scenario Outline: x\n    Given <a>\n    Examples:\n      | a |\n", "Expected rows", file=DRILL),
    slip("feature: outline without examples", r"\Z", "\n  Scenario Outline: x\n    Given <a>\n", "Expected rows", file=DRILL),
    slip("feature: cut within a keyword", r"^    Then (.|\n)*", "    Th", "Expected", file=DRILL),
    slip("feature: misspelt keyword", r"^    Then ", "    Than ", "Expected", file=DRILL),
    slip("feature: keyword in another language", r"^    Then ", "    Alors ", "Expected", file=DRILL),
    slip("feature: another language", r"\A", "# language: fr\n", "Expected", file=DRILL),
    slip("feature: a language that nobody speaks", r"\A", "# language: xx\n", "Drills are written in English", file=DRILL),
    slip("feature: step without keyword", r"^    Then ", "    * ", "Expected the step to begin", file=DRILL),
    playing_not("And before anything", "Expected the step to begin", "And reception receives her"),
    slip("feature: long text under a step", STEP, '\\g<0>      """\n      long\n      """\n', "Expected a step in one line", file=DRILL),
    slip("feature: long text that never ends", r"\Z", '      """\n      long\n', "the end of the file", file=DRILL),
    slip("feature: table with a cell too few", r"\Z", "      | a | b |\n      | c |\n", "as many cells", file=DRILL),
    playing("table under a sentence without one", "takes no table", *HERE, "Then no report exists", "  | a |", "  | b |"),
    slip("feature: tag with a space", r"\A@", "@two words @", "tag", file=DRILL),
    slip("feature: tag on nothing", r"\Z", "\n  @last\n", "Expected", file=DRILL),
    slip("feature: step of a page", STEP, r"    Given " + "very " * 200 + r"old\n", "at most 500 characters", file=DRILL),
    whole("feature: ten thousand scenarios", lambda *_: b"Feature: x\n" + b"  Scenario: y\n    Given z\n" * 10_000, "larger", file=DRILL),
    whole("feature: two thousand scenarios", lambda *_: b"Feature: x\n" + b"  Scenario: y\n    Then z\n" * 2_000, "undefined", "found", file=DRILL),
    whole("feature: YAML in its place", lambda *_: b"centre: x\n", "Expected", file=DRILL),
    # sentences
    slip("feature: sentence that nobody knows", r"^    Then .*", "    Then the moon is full", "No sentence fits", "found", file=DRILL),
    slip("feature: sentence after the wrong keyword", r"^    (When|And) reception receives her alone", "    Then reception receives her alone", "belongs after", "found", file=NEXT),
    slip("feature: role that nobody has", r"^    Given .*\n", r"\g<0>    When the gardener receives her\n", "No sentence fits", "found", file=DRILL),
    slip("feature: task that is not there", r'does "', r"\g<0>Never ", "No sentence fits", "found", file=DRILL),
    playing("letters that only look the same", "", "Given a survivor who is 12 years old", "When m\u0131d\u0131cal receives her"),
    playing("age of a thousand years", "", "Given a survivor who is 1000 years old"),
    playing("age of five thousand digits", "", f"Given a survivor who is {'9' * 400} years old"),
    playing("age of nearly a thousand years", "", "Given a survivor who is 999 years old", "When medical receives her", "And medical records that a crime is suspected"),
    playing("time without end", "No sentence fits", *HERE, "When 999999999999 days pass"),
    playing("time longer than a life", "at most a hundred years", *HERE, "When 99999 weeks pass"),
    playing("time in many parts", "at most a hundred years", *HERE, f"When {' and '.join(['9999 weeks'] * 10)} pass"),
    playing("time before the calendar", "at most a hundred years", f"Given the assault happened {' and '.join(['99999 weeks'] * 20)} ago"),
    playing("nothing happened yet", "Nobody has received", "When 2 days pass", "Then no report exists"),
    playing("received twice", "was received already", *HERE, "When medical receives her"),
    playing("answer that is no number", "expected a number", *HERE, "When reception corrects age stated to twelve"),
    playing("answer that is not offered", "expected one of", *HERE, "When reception corrects life in danger right now to perhaps"),
    playing("a drill that does not hold", "failed", *HERE, "Then the police were notified"),
    # the vocabulary
    slip("feature: vocabulary with a duplicate key", r"^words:", r"statements: {}\n\g<0>", "already on line", file=WORDS),
    slip("feature: vocabulary with an alias", r"^begins: .*", "begins: *x", "Aliases", file=WORDS),
    slip("feature: vocabulary without a part", r"^defaults:(.|\n)*", "", "Expected the key", file=WORDS),
    slip("feature: vocabulary with a part too much", r"^words:", r"colours: {}\n\g<0>", "Expected", file=WORDS),
    slip("feature: vocabulary that is a list", r"\A(.|\n)*", "- a\n", "Expected a mapping", file=WORDS),
    slip("feature: centre without zone", r", zone: [\w/]+", "", "Expected id, name and zone", file=WORDS),
    slip("feature: centre in no zone", r"zone: [\w/]+", "zone: Moon/Base", "Expected a time zone", file=WORDS),
    slip("feature: centre in a folder of zones", r"zone: [\w/]+", "zone: Africa", "Expected a time zone", file=WORDS),
    slip("feature: centre in a file of the machine", r"zone: [\w/]+", "zone: ../../../etc/passwd", "Expected a time zone", file=WORDS),
    slip("feature: centre in no word", r"zone: [\w/]+", 'zone: ""', "Expected a time zone", file=WORDS),
    slip("feature: centre with a number", r"id: training", "id: 5", "Expected a text", file=WORDS),
    slip("feature: begins at no moment", r'^begins: "[^"]*"', "begins: soon", "Expected a moment", file=WORDS),
    slip("feature: begins without offset", r'^begins: "[^"]*"', 'begins: "2026-03-02T09:00:00"', "with its offset", file=WORDS),
    slip("feature: begins before the calendar", r'^begins: "[^"]*"', 'begins: "0001-01-01T00:00:00+14:00"', "Expected a moment from", file=WORDS),
    slip("feature: begins at the end of time", r'^begins: "[^"]*"', 'begins: "9999-12-31T23:59:59-14:00"', "Expected a moment from", file=WORDS),
    slip("feature: survivor without birth", r"^  born: .*\n", "", "Expected born", file=WORDS),
    slip("feature: survivor born in no fact", r"^  born: ", r"\g<0>no_", "The content has no", file=WORDS),
    slip("feature: survivor born in a fact that is no day", r"^  born: .*", "  born: life_threat", "The content has no", file=WORDS),
    slip("feature: words of no kind", r"^  door:", "  window:", "Expected", file=WORDS),
    slip("feature: word for nothing", r"^    telephone: ", r"\g<0>no_", "The content has no", file=WORDS),
    slip("feature: word without letters", r"^    telephone: ", '    " ": ', "Expected a phrase", file=WORDS),
    slip("feature: word for a list", r"^    telephone: .*", "    telephone: [hotline]", "Expected a text", file=WORDS),
    slip("feature: statement of no fact", r"^  alone: \{", r"\g<0>no_", "The content has no", file=WORDS),
    slip("feature: statement without an answer", r"^  alone: .*", "  alone: {accompanied_by: }", "Expected an answer", file=WORDS),
    slip("feature: statement that is a word", r"^  alone: .*", "  alone: yes", "Expected a mapping", file=WORDS),
    slip("feature: sentence of no kind", r"^  then:", "  finally:", "Expected given, then or when", file=WORDS),
    slip("feature: sentence with an unknown blank", r"^  then:\n", r'\g<0>    "{animal} barks": [no report exists]\n', "There is no blank", file=WORDS),
    slip("feature: sentence with a blank twice", r"^  then:\n", r'\g<0>    "{role} meets {role}": [no report exists]\n', "one name", file=WORDS),
    slip("feature: sentence with many blanks", r"^  then:\n", r'\g<0>    "{a:answer} {b:answer} {c:answer} {d:answer} {e:answer}": [no report exists]\n', "at most 4 blanks", file=WORDS),
    slip("feature: sentence that means nothing", r"^  then:\n", r"\g<0>    it rains: []\n", "Expected a list of sentences", file=WORDS),
    slip("feature: sentence that means a word", r"^  then:\n", r"\g<0>    it rains: wet\n", "Expected a list of sentences", file=WORDS),
    slip("feature: vocabulary with a remark", r"^words:", r"# the words\n\g<0>", "", "accepted", file=WORDS),
    slip("feature: drill with a remark", STEP, r"    # why\n\g<0>", "", "accepted", file="e09_"),
]  # fmt: skip
"""Kinds that are accepted are harmless."""
