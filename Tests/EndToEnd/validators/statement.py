#!/usr/bin/env python3
"""Checks the statements of run records with the official package in-toto-attestation.

Usage: statement.py RECORD...    records as `.git/shale/runs/ID.json` holds them

A file whose name is 64 digits has to have that SHA-256.
"""

import hashlib
import json
import pathlib
import sys

from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement


def check(record):
    """Fails with an exception unless a record and its statement are as the formats want them."""
    made = record.get("statement")
    expected = record["state"] == "succeeded" and bool(record["outputs"])
    assert (made is not None) == expected, "a statement where there is none, or the other way round"
    if made is None:
        return False
    # Unknown keys are an error for the parser, so nothing but what the format has can be inside.
    parsed = json_format.ParseDict(made, statement_pb2.Statement())
    Statement.copy_from_pb(parsed).validate()
    provenance = json_format.ParseDict(made["predicate"], provenance_pb2.Provenance())
    definition, details = provenance.build_definition, provenance.run_details
    assert made["predicateType"] == "https://slsa.dev/provenance/v1"
    assert definition.build_type.startswith("urn:") and details.builder.id.startswith("urn:")
    assert len(definition.external_parameters) > 0
    assert details.metadata.invocation_id == record["invocation"]
    for descriptor in [*parsed.subject, *definition.resolved_dependencies, *details.byproducts]:
        ResourceDescriptor.copy_from_pb(descriptor).validate()
        for algorithm, digest in descriptor.digest.items():
            length = {"sha256": [64], "shaleTree": [64], "gitCommit": [40]}[algorithm]
            assert len(digest) in length and set(digest) <= set("0123456789abcdef")
    digests = [d for subject in parsed.subject for d in subject.digest.values()]
    assert digests == [output["oid"] for output in record["outputs"]]
    return True


def main():
    checked = 0
    for name in sys.argv[1:]:
        path = pathlib.Path(name)
        content = path.read_bytes()
        if len(path.stem) == 64 and hashlib.sha256(content).hexdigest() != path.stem:
            sys.exit(f"statement.py: {path} is not named by its SHA-256")
        try:
            checked += check(json.loads(content))
        except Exception as problem:
            sys.exit(f"statement.py: {path}: {type(problem).__name__}: {problem}")
    if checked == 0:
        sys.exit("statement.py: no record has a statement")
    print(f"statement.py: {checked} statements accepted by in-toto-attestation")


if __name__ == "__main__":
    main()
