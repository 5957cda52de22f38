"""Kinds of bad forms."""

# ruff: noqa: E501  # one kind a line: its name, what it was, what it became, and what is said of it

from __future__ import annotations

import json
from random import Random

from tests.fuzz.kinds import encodings, slip, whole

ENUM = r'"enum": \['
CHOICE = r'"type": "string",\s+"enum"'
TEXT = r'"maxLength": \d+'
REQUIRED = r'"required": \[\s+"'
THEN = r'"then": \{'
CONST = r'"const": "\w+"'
SCOPE = r'"scope": "#/properties/'
SCHEMA = r'"schema": \{\s+"\$schema": "[^"]*",'


def branches(data: bytes, chance: Random) -> bytes:
    """As many branches as fit into a file, each with a condition."""
    form = json.loads(data)
    name = next(iter(form["schema"]["properties"]))
    branch = {"if": {"properties": {name: {"const": "yes"}}, "required": [name]}, "then": {"required": [name]}}
    form["schema"]["allOf"] = [branch] * 2_000
    return json.dumps(form).encode()


def deep(data: bytes, chance: Random) -> bytes:
    form = json.loads(data)
    name = next(iter(form["schema"]["properties"]))
    branch: dict[str, object] = {"required": [name]}
    for _ in range(40):
        branch = {"allOf": [branch, branch]} if len(json.dumps(branch)) < 60_000 else {"allOf": [branch]}
    form["schema"]["allOf"] = [branch]
    return json.dumps(form).encode()


def long_questions(data: bytes, chance: Random) -> bytes:
    form = json.loads(data)
    for number in range(3_000):
        form["schema"]["properties"][f"question_{number}"] = {"type": "boolean"}
    return json.dumps(form).encode()


KINDS = [
    *encodings("schema"),
    # JSON itself
    slip("schema: key twice", r'"type": "object",', r"\g<0> \g<0>", "duplicate_key"),
    slip("schema: NaN", TEXT, '"maxLength": NaN', "json: This is not JSON"),
    slip("schema: Infinity", TEXT, '"maxLength": Infinity', "json: This is not JSON"),
    slip("schema: exponent", TEXT, '"maxLength": 1e400', "json: This is not JSON"),
    slip("schema: number of five thousand digits", TEXT, '"maxLength": ' + "9" * 5000, "json: This is not JSON"),
    slip("schema: number with a leading zero", TEXT, '"maxLength": 0100', "json: This is not JSON"),
    slip("schema: trailing comma", r'"additionalProperties": false,', r"\g<0>,", "json: This is not JSON"),
    slip("schema: missing comma", r'"additionalProperties": false,', '"additionalProperties": false', "json: This is not JSON"),
    slip("schema: single quotes", r'"additionalProperties"', "'additionalProperties'", "json: This is not JSON"),
    slip("schema: comment", r'"additionalProperties"', r"// closed\n\g<0>", "json: This is not JSON"),
    slip("schema: key without quotes", r'"additionalProperties"', "additionalProperties", "json: This is not JSON"),
    slip("schema: Python's True", r'"additionalProperties": false', '"additionalProperties": False', "json: This is not JSON"),
    slip("schema: unclosed text", r'"submit": "[^"]*"', '"submit": "x', "json: This is not JSON"),
    slip("schema: line end in a text", r'"submit": "', r"\g<0>\n", "json: This is not JSON"),
    slip("schema: bad escape", r'"submit": "', r"\g<0>\\x", "json: This is not JSON"),
    slip("schema: escape that writes NUL", r'"submit": "', r"\g<0>\\u0000", "characters"),
    slip("schema: half of a letter, escaped", r'"submit": "', r"\g<0>\\ud800", "characters"),
    slip("schema: half of a letter in a key", r'"submit": "', r'"\\udc00": "x", \g<0>', "characters"),
    slip("schema: whole letter, escaped", r'"submit": "', r"\g<0>\\ud83d\\ude00", "", "accepted"),
    slip("schema: deep lists", TEXT, '"maxLength": ' + "[" * 100_000, "too_deep"),
    slip("schema: deep mappings", TEXT, '"maxLength": ' + '{"a":' * 40_000, "too_deep"),
    whole("schema: YAML in its place", lambda *_: b"schema:\n  type: object\n", "json: This is not JSON"),
    whole("schema: a list in its place", lambda *_: b"[]", "shape"),
    whole("schema: a word in its place", lambda *_: b'"form"', "shape"),
    whole("schema: null in its place", lambda *_: b"null", "shape"),
    whole("schema: an empty mapping", lambda *_: b"{}", "missing_key"),
    whole("schema: without spaces", lambda data, _: json.dumps(json.loads(data)).encode(), "", "accepted"),
    # what could reach out or run long
    slip("schema: remote $ref", THEN, r'\g<0>"$ref": "http://127.0.0.1:9/x.json",', "references are not followed"),
    slip("schema: $ref to a file", THEN, r'\g<0>"$ref": "file:///etc/passwd",', "references are not followed"),
    slip("schema: $ref to itself", THEN, r'\g<0>"$ref": "#",', "references are not followed"),
    slip("schema: $dynamicRef", THEN, r'\g<0>"$dynamicRef": "#x",', "references are not followed"),
    slip("schema: $defs", SCHEMA, r'\g<0>"$defs": {"a": {"$ref": "#/$defs/a"}},', "references are not followed"),
    slip("schema: $id on the network", SCHEMA, r'\g<0>"$id": "http://127.0.0.1:9/x",', "named by its file"),
    slip("schema: another dialect", r"draft/2020-12/schema", "draft-07/schema", "schema: Expected"),
    slip("schema: dialect on the network", r'"\$schema": "[^"]*"', '"$schema": "http://127.0.0.1:9/x"', "schema: Expected"),
    slip("schema: catastrophic pattern", TEXT, r'\g<0>, "pattern": "^(a+)+$"', "a pattern can run for ever"),
    slip("schema: pattern instead of a length", TEXT, '"pattern": "^(a|a)*$"', "property_type"),
    slip("schema: pattern for names", SCHEMA, r'\g<0>"patternProperties": {"^(x+x+)+y": {}},', "a pattern can run for ever"),
    slip("schema: unevaluated properties", SCHEMA, r'\g<0>"unevaluatedProperties": false,', "unknown_key"),
    slip("schema: one of many", SCHEMA, r'\g<0>"oneOf": [{}, {}],', "unknown_key"),
    whole("schema: allOf bomb", branches, "too_large"),
    whole("schema: branches in branches", deep, ""),
    whole("schema: three thousand questions", long_questions, ""),
    # the schema of a form
    slip("schema: open to any answer", r'"additionalProperties": false', '"additionalProperties": true', "Expected false"),
    slip("schema: closed, in words", r'"additionalProperties": false', '"additionalProperties": "false"', "Expected false"),
    slip("schema: an array", r'"type": "object"', '"type": "array"', "Expected \"object\""),
    slip("schema: no properties", r'"properties": \{(?=\s+"\w+": \{\s+"type")', '"props": {', "missing_key"),
    slip("schema: question called a reserved word", r'"properties": \{(?=\s+"\w+": \{\s+"type")', r'\g<0>"case": {"type": "boolean"},', "bad_id"),
    slip("schema: question with a dash", r'"properties": \{(?=\s+"\w+": \{\s+"type")', r'\g<0>"a-b": {"type": "boolean"},', "bad_id"),
    slip("schema: question without a name", r'"properties": \{(?=\s+"\w+": \{\s+"type")', r'\g<0>"": {"type": "boolean"},', "bad_id"),
    slip("schema: question that is no fact", r'"properties": \{(?=\s+"\w+": \{\s+"type")', r'\g<0>"nobody_knows": {"type": "boolean"},', "no_control"),
    slip("schema: question of no type", CHOICE, '"enum"', "property_type"),
    slip("schema: question of two types", r'"type": "string",(?=\s+"enum")', '"type": ["string", "null"],', "property_type"),
    slip("schema: question of an unknown type", CHOICE, '"type": "object", "enum"', "property_type"),
    slip("schema: question that is a list", r'("properties": \{\s+"\w+": )\{(?=\s+"type")', r'\1[], "other": {', "Expected the schema of a property"),
    slip("schema: question that is true", r'("properties": \{\s+"\w+": )\{(?=\s+"type")', r'\1true, "other": {', "shape"),
    slip("schema: choice without choices", r'"enum": \[[^\]]*\]', '"enum": []', "a list of texts"),
    slip("schema: choice of numbers", r'"enum": \[[^\]]*\]', '"enum": [1, 2]', "a list of texts"),
    slip("schema: choice twice", r'"enum": \[\s*("\w+")', r'"enum": [\1, \1', "each value stands once"),
    slip("schema: choice with letters nobody can see", r'"enum": \[\s*"\w+', r"\g<0>\\u2028", "U+2028"),
    slip("schema: choice of nothing", ENUM, r'\g<0>"",', "a list of texts"),
    slip("schema: choices that are a word", r'"enum": \[[^\]]*\]', '"enum": "yes"', "Expected a list"),
    slip("schema: choice that the fact does not know", ENUM, r'\g<0>"nobody_knows",', "forms", "found"),
    slip("schema: text longer than nothing", TEXT, '"maxLength": -1', "a whole number from 0"),
    slip("schema: text of half a length", TEXT, '"maxLength": 0.5', "a whole number from 0"),
    slip("schema: text of a length in words", TEXT, '"maxLength": "long"', "a whole number from 0"),
    slip("schema: text that must be longer than it may", TEXT, '"minLength": 500, "maxLength": 5', "nobody could answer"),
    slip("schema: text without length", r',\s+' + TEXT, "", "property_type"),
    slip("schema: format that is not known", r'"format": "date(-time)?"', '"format": "email"', "property_type"),
    slip("schema: number from a word", r'"minimum": \d+', '"minimum": "none"', "Expected a number"),
    slip("schema: number that is true", r'"minimum": \d+', '"minimum": true', "Expected a number"),
    slip("schema: several choices that may repeat", r'"uniqueItems": true', '"uniqueItems": false', "Expected true"),
    slip("schema: several choices of nothing", r'"items": \{(.|\n)*?\}', '"items": {}', "missing_key"),
    slip("schema: several choices of a list", r'"items": \{(.|\n)*?\}', '"items": []', "shape"),
    slip("schema: default value", CHOICE, r'"default": "yes", \g<0>', "unknown_key"),
    slip("schema: required is a word", r'"required": \[[^\]]*\]', '"required": "all"', "Expected a list"),
    slip("schema: required that is no question", REQUIRED, r"\g<0>no_", "unknown_property"),
    slip("schema: required that is a number", r'"required": \[', r"\g<0>5, ", "unknown_property"),
    slip("schema: then without if", r'"if": \{', '"iff": {', "unknown_key"),
    slip("schema: if without then", THEN, '"than": {', "unknown_key"),
    slip("schema: condition that is empty", r'\{\s+' + CONST + r"\s+\}", "{}", "but it is empty"),
    slip("schema: condition that is a list", r'\{\s+' + CONST + r"\s+\}", "[]", "shape"),
    slip("schema: condition on a list", CONST, '"const": ["yes"]', "Expected a text, a number"),
    slip("schema: condition on nothing", CONST, '"const": null', "Expected a text, a number"),
    slip("schema: condition that nests too deep", CONST, '"not": {' * 60 + '"const": 1' + "}" * 60, "too_deep"),
    slip("schema: condition on a value that is not there", r'("if": \{\s+"properties": \{\s+"\w+": \{\s+)' + CONST, r'\1"const": "nobody_knows"', "unknown_value"),
    # the layout
    slip("schema: layout that is not there", r'"uischema"', '"ui"', "missing_key"),
    slip("schema: layout beside", r'"VerticalLayout"', '"HorizontalLayout"', "unknown_word"),
    slip("schema: layout that is a word", r'"uischema": \{(.|\n)*?\n  \}', '"uischema": "plain"', "shape"),
    slip("schema: layout in a layout without elements", r'"type": "VerticalLayout",\s+"elements"', '"type": "VerticalLayout", "items"', "missing_key"),
    slip("schema: control of no question", SCOPE, r"\g<0>no_", "unknown_property"),
    slip("schema: control of a path", SCOPE, '"scope": "#/definitions/', "unknown_property"),
    slip("schema: control twice", r'\{\s+"type": "Control",\s+"scope": "[^"]*"\s+\}', r"\g<0>, \g<0>", "second_control"),
    slip("schema: question without control", r'\{\s+"type": "Control",\s+"scope": "[^"]*"\s+\},', "", "no_control"),
    slip("schema: rule that hides", r'"effect": "SHOW"', '"effect": "HIDE"', "unknown_word"),
    slip("schema: rule without condition", r'"condition": \{', '"when": {', "missing_key"),
    slip("schema: rule that runs a script", r'"effect": "SHOW"', r'\g<0>, "script": "alert(1)"', "unknown_key"),
    slip("schema: rule about itself", r'(#/properties/)(\w+)("(?:.|\n){1,90}"scope": "#/properties/)\w+', r"\1\2\3\2", "rule_on_itself", file="age_proof"),
    slip("schema: option that is not known", r'"multi": true', '"html": true', "unknown_key"),
    # the texts
    slip("schema: no texts", r'"texts": \{', '"words": {', "missing_key"),
    slip("schema: no English", r'"en": \{', '"de": {', "Expected English"),
    slip("schema: texts that are a list", r'"fr": \{', '"xx": [], "fr": {', "unknown_key"),
    slip("schema: text that is a number", r'"submit": "[^"]*"', '"submit": 5', "Expected a text"),
    slip("schema: text that is empty", r'"submit": "[^"]*"', '"submit": ""', "Expected a text"),
    slip("schema: text of a question that is not there", r'"submit": "', r'"nobody_knows": "x", \g<0>', "", "found"),
    slip("schema: text of a question with a name of five thousand letters", r'"submit": "', r'"aaaaa": "x", \g<0>'.replace("aaaaa", "a" * 5000), "at most 200 letters"),
    slip("schema: choice of five thousand letters", ENUM, r'\g<0>"aaaaa",'.replace("aaaaa", "a" * 5000), "at most 80 letters"),
    slip("schema: question without words", r'"title": "', r'"titel": "', "forms", "found"),
    slip("schema: markup in a text", r'"submit": "', r"\g<0><script>alert(1)</script>", "", "accepted"),
]  # fmt: skip
"""Kinds that are accepted are harmless: what is changed there changes nothing that runs, or is shown as it is written."""
