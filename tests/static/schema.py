# SPDX-License-Identifier: BSD-2-Clause
"""schema.py SRCDIR VETHLAB <KEYS: the schema against the parser (called by tests/static/schema).

Every example and every accepted file is valid by both. Every refused file is refused by both, but
those whose first line is "# beyond-schema: REASON": these the schema accepts, or the line is wrong.
The keys of each mapping are those of the parser's tables, no more and no fewer.
"""
import glob
import json
import re
import subprocess
import sys

import jsonschema
import yaml


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it; PyYAML's own is that of 1.1."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        return {key.value: self.construct_object(value, True) for key, value in node.value}

    def construct_int(self, node):
        return int(node.value)


CoreLoader.add_constructor("tag:yaml.org,2002:int", CoreLoader.construct_int)
CoreLoader.add_constructor(
    "tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node, True)
)
for name, pattern in (
    ("null", r"(?:~|null|Null|NULL|)"),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)"),
    ("int", r"[-+]?[0-9]+"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"),
):
    CoreLoader.add_implicit_resolver(
        "tag:yaml.org,2002:" + name, re.compile(rf"^{pattern}\Z"), None
    )


def schema_fault(validator, path):
    """The first reason why the schema, or YAML itself, refuses the file; None if it does not."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            # Several documents: an editor checks the first.
            document = next(yaml.load_all(file.read(), CoreLoader), None)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as e:
        return "no YAML: " + str(e).split("\n", maxsplit=1)[0]
    error = next(validator.iter_errors(document), None)
    return error and f"{list(error.absolute_path)}: {error.message[:200]}"


def parser_accepts(vethlab, path):
    return subprocess.run([vethlab, "check", path], capture_output=True).returncode == 0


def check_files(src, vethlab, validator):
    accepted = glob.glob(src + "/topologies/*.lab.yaml")
    accepted += glob.glob(src + "/tests/golden/accepted/*.lab.yaml")
    refused = glob.glob(src + "/tests/golden/refused/*.lab.yaml")
    if len(accepted) < 8 or len(refused) < 45:
        yield "the samples are not there"
    beyond = 0
    for path in accepted:
        fault = schema_fault(validator, path)
        if fault:
            yield f"{path}: valid, but the schema says {fault}"
        if not parser_accepts(vethlab, path):
            yield f"{path}: is not accepted by check"
    for path in refused:
        with open(path, "rb") as file:
            marked = file.readline().startswith(b"# beyond-schema: ")
        beyond += marked
        fault = schema_fault(validator, path)
        if parser_accepts(vethlab, path):
            yield f"{path}: is accepted by check"
        if not marked and not fault:
            yield f"{path}: the schema accepts it"
        if marked and fault:
            yield f"{path}: marked as beyond the schema, which says {fault}"
    print(f"{len(accepted)} valid, {len(refused)} refused, {beyond} of them beyond a schema")


def end_names(schema, part):
    return set(schema["definitions"][part]["oneOf"][1]["allOf"][1]["propertyNames"]["enum"])


def check_keys(schema, lines):
    own, known = {}, {}
    for line in lines:
        mapping, key, *ignored = line.split()
        known.setdefault(mapping, set()).add(key)
        if not ignored:
            own.setdefault(mapping, set()).add(key)
    definitions = schema["definitions"]
    topology = schema["then"]["properties"]["topology"]
    for what, theirs, ours in (
        ("document", set(schema["else"]["propertyNames"]["enum"]) | {"topology"}, own["document"]),
        ("wrapped document", set(schema["then"]["propertyNames"]["enum"]), known["document"]),
        ("topology", set(topology["propertyNames"]["enum"]), known["topology"]),
        ("node", set(definitions["node"]["allOf"][1]["propertyNames"]["enum"]), own["node"]),
        (
            "wrapped node",
            set(definitions["containerlab-node"]["allOf"][1]["propertyNames"]["enum"]),
            known["node"],
        ),
        ("node's values", set(definitions["node-body"]["properties"]), own["node"]),
        ("route", set(definitions["route"]["oneOf"][1]["properties"]), own["route"]),
        ("command", set(definitions["command"]["oneOf"][2]["properties"]), own["command"]),
        ("link", set(definitions["link"]["allOf"][1]["propertyNames"]["enum"]), own["link"]),
        (
            "wrapped link",
            set(definitions["containerlab-link"]["allOf"][1]["propertyNames"]["enum"]),
            known["link"],
        ),
        ("link's values", set(definitions["link-body"]["properties"]), own["link"]),
        ("endpoint", end_names(schema, "endpoint"), own["endpoint"]),
        ("wrapped endpoint", end_names(schema, "containerlab-endpoint"), known["endpoint"]),
        ("endpoint's values", set(definitions["endpoint-body"]["properties"]), own["endpoint"]),
    ):
        if theirs != ours:
            yield f"{what}: the schema and the parser differ in {sorted(theirs ^ ours)}"


def main():
    src, vethlab = sys.argv[1:]
    with open(src + "/doc/vethlab-topology.schema.json", encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    faults = list(check_keys(schema, sys.stdin))
    faults += check_files(src, vethlab, jsonschema.Draft7Validator(schema))
    print("\n".join(faults), end="")
    return 1 if faults else 0


sys.exit(main())
