"""Kinds of bad rules and manifests."""

# ruff: noqa: E501  # one kind a line: its name, what it was, what it became, and what is said of it

from __future__ import annotations

from tests.fuzz.kinds import encodings, slip, whole

ITEM = r"^- (id: |\{id: )\w+"
RULES = "rules/"
MANIFEST = "isange.yaml"
LAW = "law.yaml"
TABLES = "decisions.yaml"
FACTS = "facts.yaml"
PEOPLE = "people.yaml"
NUMBERS = "parameters.yaml"
VISITS = "follow_up.yaml"
CLOCKS = "clinical.yaml"
STARTS = "starts.yaml"
TITLE = r"title: \{en: \"[^\"]*\""


def wide_table(inputs: int) -> bytes:
    """A table over so many facts that nobody can count its combinations."""
    facts = "".join(
        f"- {{id: wide_{n}, type: choice, group: arrival, values: [a, b, c, d, e, f], title: {{en: W}}}}\n"
        for n in range(inputs)
    )
    names = ", ".join(f"wide_{n}" for n in range(inputs))
    rows = "".join(f"  - {{when: {{wide_{n}: \"== 'a'\"}}, then: yes, because: {{en: B}}}}\n" for n in range(inputs))
    fact = "- {id: wide, type: choice, group: arrival, values: [yes, no], title: {en: W}}\n"
    table = f"tables:\n- id: wide\n  title: {{en: W}}\n  inputs: [{names}]\n  output: wide\n  source: {{cite: C}}\n  rows:\n{rows}"
    return f"facts:\n{facts}{fact}{table}".encode()


KINDS = [
    *encodings("yaml"),
    # YAML itself
    slip("yaml: duplicate key", r"^  kind: \w+\n", r"\g<0>\g<0>", "duplicate_key"),
    slip("yaml: duplicate section", r"^(duties|tables|facts|parameters|starts|roles):$", r"\1: []\n\1:", "duplicate_key"),
    whole("yaml: alias bomb", lambda data, _: b"a: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n" + data, "yaml_alias"),
    slip("yaml: anchor", r"^(  kind:) (\w+)", r"\1 &kind \2", "yaml_alias"),
    slip("yaml: merge key", r"^  kind: \w+\n", r"\g<0>  <<: {holder: medical}\n", "yaml_alias"),
    slip("yaml: tag that makes an object", r"^(  kind:) (\w+)", r"\1 !!python/object/apply:os.system ['id']", "yaml_tag"),
    slip("yaml: tag for text", r"(unit: )(\w+)", r"\1!!str \2", "yaml_tag"),
    slip("yaml: tab indentation", r"^  kind: ", "\tkind: ", "yaml: This is not YAML"),
    slip("yaml: one space too few", r"^  kind: ", " kind: ", "yaml: This is not YAML"),
    slip("yaml: one space too many", r"^  kind: ", "   kind: ", "yaml: This is not YAML"),
    slip("yaml: unclosed list", r"(roles: \[[^\]]*)\]", r"\1", "yaml: This is not YAML"),
    slip("yaml: unclosed quotation mark", TITLE, 'title: {en: "', ""),
    slip("yaml: colon in plain words", r"^owner: ", r"\g<0>the owner: ", "yaml: This is not YAML"),
    slip("yaml: key without value", r"^(  holder:) \w+", r"\1", "bad_id"),
    slip("yaml: list as a key", r"^  kind: \w+\n", r"\g<0>  ? [a]\n  : b\n", "yaml_key"),
    slip("yaml: two documents", r"^duties:$", r"---\n\g<0>\n", "yaml_documents", file=CLOCKS),
    whole("yaml: directive", lambda data, _: b"%YAML 1.1\n---\n" + data, "yaml_directive"),
    slip("yaml: nested without end", r"^(  kind:) \w+", r"\1 " + "[" * 20_000, "too_deep"),
    slip("yaml: mappings without end", r"^(  kind:) \w+", r"\1 " + "{a: " * 20_000, "too_deep"),
    slip("yaml: octal number", r"value: (\d+)", r"value: 0\1", "yaml_ambiguous"),
    slip("yaml: hexadecimal number", r"value: (\d+)", r"value: 0x\1", "yaml_ambiguous"),
    slip("yaml: number with underscores", r"value: (\d+)", r"value: \g<1>_000", "yaml_ambiguous"),
    slip("yaml: time of day as a number", r"value: (\d+)", r"value: \1:30", "yaml_ambiguous"),
    slip("yaml: exponent", r"value: (\d+)", r"value: \g<1>e3", "yaml_ambiguous"),
    slip("yaml: infinity", r"value: (\d+)", "value: .inf", "yaml_ambiguous"),
    slip("yaml: not a number", r"value: (\d+)", "value: .nan", "yaml_ambiguous"),
    slip("yaml: number of fifty digits", r"value: (\d+)", "value: " + "9" * 50, "yaml_ambiguous"),
    slip("yaml: number of a hundred thousand digits", r"value: (\d+)", "value: " + "9" * 100_000, "yaml_ambiguous"),
    slip("yaml: number of a hundred thousand underscores", r"value: (\d+)", "value: 1" + "_" * 100_000, "yaml_ambiguous"),
    slip("yaml: nearly a number, without end", r"value: (\d+)", "value: 1" + "_" * 50_000 + "9" * 50_000 + "x", "shape"),
    slip("yaml: True with a capital", r"apart: true", "apart: True", "yaml_ambiguous"),
    slip("yaml: yes where true is meant", r"apart: true", "apart: yes", "shape"),
    slip("yaml: escape that writes NUL", TITLE, r'title: {en: "a\\0"', "characters"),
    slip("yaml: escape that turns the direction", TITLE, r'title: {en: "a\\u202E"', "characters"),
    slip("yaml: comment without end", r"^# .*\n", "# " + "x" * 50_000 + r"\n", "", "accepted"),
    whole("yaml: JSON in its place", lambda *_: b'{"id": "isange"}', "missing_key", file=MANIFEST),
    whole("yaml: XML in its place", lambda *_: b"<rules/>", "shape", file=RULES),
    whole("yaml: a list in its place", lambda *_: b"- id: x\n", "shape", file=RULES),
    whole("yaml: one word in its place", lambda *_: b"later\n", "shape", file=RULES),
    whole("yaml: windows line ends", lambda data, _: data.replace(b"\n", b"\r\n"), "", "accepted"),
    # sections, ids, titles
    slip("yaml: misspelt section", r"^(duti|tabl|fact|parameter|start|rol|group)(e?s):$", r"\1x\2:", "Did you mean"),
    slip("yaml: section of words", r"^(clocks|starts|roles|visits):$(.|\n)*", r"\1: none\n", "Expected a list"),
    slip("yaml: section of a mapping", r"^(clocks|starts|roles):$(.|\n)*", r"\1: {a: b}\n", "Expected a list"),
    slip("yaml: item that is a word", r"^(duties|facts|tables|parameters):\n", r"\g<0>- later\n", "shape"),
    slip("yaml: item that is a list", r"^(duties|facts|tables|parameters):\n", r"\g<0>- [a, b]\n", "shape"),
    slip("yaml: item that is empty", r"^(duties|facts|tables|parameters):\n", r"\g<0>-\n", "shape"),
    slip("yaml: item without id", r"^- id: \w+\n", "- kind: law\n", "missing_key", file=TABLES),
    slip("yaml: id with capitals", r"^- id: ", r"\g<0>Re", "bad_id", file=RULES),
    slip("yaml: id that is a number", r"^- id: \S+", "- id: 5", "shape", file=RULES),
    slip("yaml: id that is reserved", r"^- id: \w+", "- id: not", "bad_id", file=NUMBERS),
    slip("yaml: id used twice", r"^- \{id: life_threat, (.|\n)*?\}\}\n", r"\g<0>\g<0>", "duplicate_id", file=FACTS),
    slip("yaml: id of another kind", r"^- id: majority_age", "- id: birth_date", "duplicate_id", file=NUMBERS),
    slip("yaml: unknown key", r"^  kind: ", r"  colour: red\n\g<0>", "unknown_key"),
    slip("yaml: misspelt key", r"^  holder: ", "  holdr: ", "Did you mean"),
    slip("yaml: key left out", r"^  severity: \w+\n", "", "missing_key"),
    slip("yaml: title in no language", TITLE + r"[^}]*\}", 'title: "Report"', "text_languages"),
    slip("yaml: title without English", r"title: \{en: \"[^\"]*\", ", "title: {", "text_languages"),
    slip("yaml: title in an unknown language", TITLE, r"\g<0>, de: x", "text_languages"),
    slip("yaml: empty title", TITLE, 'title: {en: ""', "text_languages"),
    slip("yaml: title that is a number", TITLE, "title: {en: 5", "text_languages"),
    slip("yaml: title in one language only", TITLE + r"[^}]*\}", "title: {en: x}", "texts", "found"),
    # duties
    slip("yaml: duty of no kind", r"^  kind: \w+", "  kind: rule", "unknown_word"),
    slip("yaml: duty that must and must never", r"^  never: \S+\n", r"\g<0>  must: case.end\n", "duty_form"),
    slip("yaml: duty that says nothing", r"^  never: \S+\n", "", "duty_form"),
    slip("yaml: duty with a limit that does not fit", r"^  must: \S+\n", r"\g<0>  without: [survivor.told]\n", "duty_form"),
    slip("yaml: duty about an act without a dot", r"^  (must|never): \S+", r"  \1: police", "bad_id"),
    slip("yaml: duty about an act that is not there", r"^  (must|never): \S+", r"  \1: nobody.knows", "references", "found"),
    slip("yaml: duty held by nobody", r"^  holder: \w+", "  holder: nobody_knows", "references", "found"),
    slip("yaml: duty with an unknown severity", r"^  severity: \w+", "  severity: hard", "unknown_word"),
    slip("yaml: duty within an unknown parameter", r"within: \{parameter: ", r"\g<0>no_", "references", "found"),
    slip("yaml: duty within a duration", r"within: \{parameter: \w+", "within: {parameter: PT24H", "bad_id"),
    slip("yaml: duty within a word", r"within: \{[^}]*\}", "within: soon", "shape"),
    slip("yaml: duty without source", r"^  source: .*\n", "", "missing_key", file=LAW),
    slip("yaml: source without citation", r"source: \{cite: \"[^\"]*\", ?", "source: {", "missing_key"),
    slip("yaml: source of a third status", r"status: (un)?verified", "status: perhaps", "unknown_word"),
    slip("yaml: override without a reason", r", reason: required", "", "missing_key"),
    slip("yaml: override for any reason", r"reason: required", "reason: yes", "unknown_word"),
    slip("yaml: override by nobody", r"override: \{roles: \[[\w, ]+\]", "override: {roles: []", "at least one role"),
    slip("yaml: override by a role that is not there", r"override: \{roles: \[", r"\g<0>nobody_knows, ", "references", "found"),
    slip("yaml: broken without what follows", r"^  severity: \w+\n", r"\g<0>  if_broken: {title: {en: x}}\n", "missing_key"),
    slip("yaml: condition that is a number", r"^  when: .*", "  when: 5", "bad_expression", file=LAW),
    slip("yaml: condition that is a mapping", r"^  when: .*", "  when: {a: b}", "bad_expression", file=LAW),
    slip("yaml: condition that is an empty list", r"^  when: \[.*", "  when: []", "at least one expression", file=LAW),
    slip("yaml: condition with one equals sign", r"(^  when: .*?) == ", r"\1 = ", "bad_expression"),
    slip("yaml: condition in Python", r"^  when: .*", "  when: \"__import__('os')\"", "bad_expression", file=STARTS),
    slip("yaml: condition with a lambda", r"^  when: .*", '  when: "lambda: 1"', "bad_expression", file=STARTS),
    slip("yaml: condition that computes", r"^  when: .*", '  when: "age + 1 > 18"', "bad_expression", file=STARTS),
    slip("yaml: condition with open quotes", r"^  when: .*", "  when: \"x == 'yes\"", "bad_expression", file=STARTS),
    slip("yaml: condition of a thousand brackets", r"^  when: .*", '  when: "' + "(" * 900 + '"', "bad_expression", file=STARTS),
    slip("yaml: condition that is too long", r"^  when: .*", '  when: "' + "x == 'y' or " * 300 + '"', "bad_expression", file=STARTS),
    slip("yaml: condition over an unknown fact", r"^  when: .*", "  when: \"nobody_knows == 'yes'\"", "references", "found", file=STARTS),
    slip("yaml: condition over an unknown value", r"^  when: .*", "  when: \"life_threat == 'perhaps'\"", "comparisons", "found", file=STARTS),
    slip("yaml: condition that compares text with a number", r"^  when: .*", '  when: "life_threat > 5"', "comparisons", "found", file=STARTS),
    # tables
    slip("yaml: row without conditions", r"^  - when: .*\n    then: (\w+)", r"  - then: \1", "missing_key", file=TABLES),
    slip("yaml: row with a misspelt input", r"^  - when: \{(\w+):", r"  - when: {\1x:", "unknown_key", file=TABLES),
    slip("yaml: row that compares with a number", r"(^  - when: \{\w+: )\"[^\"]*\"", r"\g<1>18", "bad_expression", file=TABLES),
    slip("yaml: row that cannot be read", r"(^  - when: \{\w+: )\"[^\"]*\"", r'\1"=< 18"', "bad_expression", file=TABLES),
    slip("yaml: row left out", r"^  - when: .*\n    then: .*\n    because: .*\n", "", "", "found", file=TABLES),
    slip("yaml: row written twice", r"^  - when: .*\n    then: .*\n    because: .*\n", r"\g<0>\g<0>", "", "found", file=TABLES),
    slip("yaml: row with an unknown outcome", r"^    then: \w+", "    then: nobody_knows", "", "found", file=TABLES),
    slip("yaml: table without rows", r"^  rows:\n(  .*\n)+", "", "missing_key", file=TABLES),
    slip("yaml: table over an unknown input", r"^  inputs: \[", r"\g<0>nobody_knows, ", "references", "found", file=TABLES),
    whole("yaml: table too wide to count", lambda data, _: data + b"\n" + wide_table(12), "", "found", file="derived.yaml"),
    whole("yaml: table as wide as it may be", lambda data, _: data + b"\n" + wide_table(6), "", "found", file="derived.yaml"),
    # facts, groups, roles, acts, derived
    slip("yaml: fact of an unknown type", r"type: \w+", "type: thing", "unknown_word", file=FACTS),
    slip("yaml: fact of an unknown group", r"group: \w+", "group: nobody_knows", "", "found", file=FACTS),
    slip("yaml: choice without values", r", values: \[[^\]]*\]", "", "missing_key", file=FACTS),
    slip("yaml: value twice", r"values: \[(\w+)", r"values: [\1, \1", "listed twice", file=FACTS),
    slip("yaml: value that is a number", r"values: \[", r"\g<0>1, ", "put numbers", file=FACTS),
    slip("yaml: value with a space", r"values: \[", r"\g<0>not yet, ", "short words", file=FACTS),
    slip("yaml: value unset", r"values: \[", r"\g<0>unset, ", "short words", file=FACTS),
    slip("yaml: title of a value that is not there", r"value_titles: \{", r"\g<0>nobody: {en: x}, ", "unknown_key", file=FACTS),
    slip("yaml: limit of a choice", r"type: choice, ", r"\g<0>minimum: 1, ", "belongs to an integer", file=FACTS),
    slip("yaml: limit that is text", r"minimum: \d+", "minimum: none", "Expected a number", file=FACTS),
    slip("yaml: not before what is not there", r"type: datetime, (?!not_before)", r"\g<0>not_before: nobody_knows, ", "", "found", file=FACTS),
    slip("yaml: role that may what nobody may", r"may: \[", r"\g<0>world.rule, ", "unknown_word", file=PEOPLE),
    slip("yaml: role that sees an unknown group", r"sees: \[", r"\g<0>nobody_knows, ", "", "found", file=PEOPLE),
    slip("yaml: role that sees a number", r"sees: \[", r"\g<0>5, ", "bad_id", file=PEOPLE),
    slip("yaml: role that sees a group twice", r"sees: \[(\w+)", r"sees: [\1, \1", "duplicate_id", file=PEOPLE),
    slip("yaml: act without a dot", r"^- \{id: [a-z_.]+", "- {id: told", "bad_id", file="common/acts.yaml"),
    slip("yaml: derived by a kind that is not there", r"kind: \w+", "kind: sum_of", "unknown_word", file="derived.yaml"),
    slip("yaml: derived with a key of another kind", r"kind: first_of, ", r"\g<0>else: age_most, ", "unknown_key", file="derived.yaml"),
    slip("yaml: derived from what is not there", r"from: \w+", "from: nobody_knows", "", "found", file="derived.yaml"),
    # parameters, clocks, schedules, starts
    slip("yaml: parameter of an unknown unit", r"unit: \w+", "unit: months", "unknown_word", file=NUMBERS),
    slip("yaml: parameter that is text", r"value: \d+", "value: eighteen", "Expected a number", file=NUMBERS),
    slip("yaml: parameter below nothing", r"value: ", "value: -", "not negative", file=NUMBERS),
    slip("yaml: parameter longer than a life", r"value: \d+", "value: 999999999", "at most", file=NUMBERS),
    slip("yaml: parameter without value", r"value: \d+, ", "", "missing_key", file=NUMBERS),
    slip("yaml: parameter without values", r"^  values:\n(  - .*\n)+", "  values: []\n", "at least one dated value", file=NUMBERS),
    slip("yaml: two values of one day", r"^  - \{from: .*\n", r"\g<0>\g<0>", "one value a day", file=NUMBERS),
    slip("yaml: day that does not exist", r"from: \d{4}-\d\d-\d\d", "from: 2018-02-30", "bad_date", file=NUMBERS),
    slip("yaml: day of another calendar", r"from: \d{4}-\d\d-\d\d", "from: 31/08/2018", "bad_date", file=NUMBERS),
    slip("yaml: day that is a year", r"from: \d{4}-\d\d-\d\d", "from: 2018", "shape", file=NUMBERS),
    slip("yaml: clock counted in an unknown parameter", r"hours: \w+", "hours: nobody_knows", "references", "found", file=CLOCKS),
    slip("yaml: clock counted in hours", r"hours: \w+", "hours: 72", "shape", file=CLOCKS),
    slip("yaml: clock from a fact that is no moment", r"earliest: \w+", "earliest: life_threat", "", "found", file=CLOCKS),
    slip("yaml: clock shown to a word", r"shown_to: \[[^\]]*\]", "shown_to: {a: b}", "bad_id", file=CLOCKS),
    slip("yaml: visit at no duration", r" at: P\w+", " at: 14 days", "bad_duration", file=VISITS),
    slip("yaml: visit without end", r" at: P\w+", " at: P99999999999D", "bad_duration", file=VISITS),
    slip("yaml: visit before it opens", r"closes: P\w+", "closes: PT1H", "", "found", file=VISITS),
    slip("yaml: visit anchored nowhere", r"anchor: [\w.]+", "anchor: act.x", "bad_id", file=VISITS),
    slip("yaml: visit of an unknown role", r"role: \w+", "role: nobody_knows", "", "found", file=VISITS),
    slip("yaml: schedule without visits", r"^  visits:\n(  .*\n)+", "  visits: []\n", "at least one visit", file=VISITS),
    slip("yaml: start of a process that is not there", r"^- process: ", r"\g<0>no_", "references", "found", file=STARTS),
    slip("yaml: start without condition", r"^  when: .*\n", "", "missing_key", file=STARTS),
    slip("yaml: start of an unknown scope", r"^  scope: \w+", "  scope: nobody_knows", "", "found", file=STARTS),
    # the manifest
    slip("yaml: diagram that is not there", r"file: bpmn/", r"\g<0>no_", "missing_file", file=MANIFEST),
    slip("yaml: diagram outside the folder", r"file: bpmn/\w+.bpmn", "file: ../../../etc/passwd", "missing_file", file=MANIFEST),
    slip("yaml: diagram from the network", r"file: bpmn/\w+.bpmn", 'file: "http://127.0.0.1:9/x.bpmn"', "missing_file", file=MANIFEST),
    slip("yaml: one diagram for two processes", r"file: bpmn/(?!case_main)\w+.bpmn", "file: bpmn/case_main.bpmn", "duplicate_id", file=MANIFEST),
    slip("yaml: diagram left out of the list", r"^- \{id: send_help, .*\n", "", "unlisted_file", file=MANIFEST),
    slip("yaml: no processes", r"^processes:\n(- .*\n)+", "processes: []\n", "unlisted_file", file=MANIFEST),
    slip("yaml: main process that is not there", r"^main: ", r"\g<0>no_", "references", "found", file=MANIFEST),
    slip("yaml: lanes as a list", r"^lanes: .*", "lanes: [reception]", "Expected a mapping from lane names", file=MANIFEST),
    slip("yaml: lane of an unknown role", r"^lanes: \{Reception: ", r"\g<0>no_", "", "found", file=MANIFEST),
    slip("yaml: door with an unknown form", r"(^- \{id: reception, form: )", r"\1no_", "references", "found", file=MANIFEST),
    slip("yaml: door for nobody", r"roles: \[reception\]", "roles: []", "at least one role", file=MANIFEST),
    slip("yaml: door with bad acts", r'acts: "case.received"', 'acts: "received"', "bad_expression", file=MANIFEST),
    slip("yaml: names in English", r"^  fr:", "  en:", "unknown_key", file=MANIFEST),
    slip("yaml: name of a step that is not there", r"^  fr:\n", r"\g<0>    nobody_knows: x\n", "", "found", file=MANIFEST),
    slip("yaml: unreviewed in an unknown language", r"^unreviewed: \[", r"\g<0>de, ", "is no language", file=MANIFEST),
]  # fmt: skip
"""Kinds that are accepted are harmless: what is changed there changes nothing that runs."""
