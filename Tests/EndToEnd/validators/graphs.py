#!/usr/bin/env python3
"""Checks graphs that `shale lineage --format` wrote, each with what else reads its format.

Usage: graphs.py DIRECTORY    holds graph.json, graph.prov, graph.openlineage, graph.dot,
                              graph.mermaid, graph.svg and graph.html of one graph
"""

import datetime
import html.parser
import importlib
import json
import pathlib
import shutil
import subprocess
import sys
import uuid
import xml.etree.ElementTree as tree

from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
from prov.model import ProvDocument


def load_graph(directory):
    """The graph as Shale's own JSON has it: kinds of nodes, and relations of edges, counted."""
    graph = json.loads((directory / "graph.json").read_text())
    count = lambda items, key: {
        word: sum(item[key] == word for item in items) for word in {item[key] for item in items}
    }
    return graph, count(graph["nodes"], "kind"), count(graph["edges"], "relation")


def check_prov(text, kinds, relations):
    document = ProvDocument.deserialize(content=text, format="json")
    again = ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
    assert document == again, "it does not come back"
    records = [type(record).__name__ for record in document.get_records()]
    assert records.count("ProvActivity") == kinds.get("run", 0)
    assert records.count("ProvEntity") == sum(n for kind, n in kinds.items() if kind != "run")
    uses = sum(relations.get(word, 0) for word in ("used", "code", "parameters"))
    made = sum(relations.get(word, 0) for word in ("made", "metrics"))
    assert records.count("ProvUsage") == uses
    assert records.count("ProvGeneration") == made
    return f"{len(records)} records"


# The classes of the official client by the names of facets; what is not here is Shale's own.
FACETS = {
    "version": ("dataset_version_dataset", "DatasetVersionDatasetFacet"),
    "storage": ("storage_dataset", "StorageDatasetFacet"),
    "jobType": ("job_type_job", "JobTypeJobFacet"),
    "sourceCodeLocation": ("source_code_location_job", "SourceCodeLocationJobFacet"),
    "errorMessage": ("error_message_run", "ErrorMessageRunFacet"),
}


def check_facets(facets):
    for name, facet in facets.items():
        fields = {key: value for key, value in facet.items() if not key.startswith("_")}
        assert facet["_producer"].startswith("urn:shale:") and ":" in facet["_schemaURL"]
        if name.startswith("shale_"):
            continue
        module, type_name = FACETS[name]
        # The class refuses fields that its schema does not have, and asks for those it needs.
        facet_type = getattr(
            importlib.import_module(f"openlineage.client.generated.{module}"), type_name)
        made = facet_type(**fields)
        assert type_name in facet["_schemaURL"] and type_name in made._get_schema()


def check_openlineage(text, kinds, _relations):
    events = [json.loads(line) for line in text.splitlines()]
    assert len(events) == 2 * kinds.get("run", 0)
    states = {}
    for event in events:
        datasets = event["inputs"] + event["outputs"]
        for facets in [event["run"]["facets"], event["job"]["facets"]]:
            check_facets(facets)
        for dataset in datasets:
            assert dataset["namespace"] and dataset["name"]
            check_facets(dataset["facets"])
        assert event["schemaURL"].endswith("/2-0-2/OpenLineage.json#/$defs/RunEvent")
        datetime.datetime.fromisoformat(event["eventTime"].replace("Z", "+00:00"))
        run = str(uuid.UUID(event["run"]["runId"]))
        RunEvent(
            eventTime=event["eventTime"], producer=event["producer"],
            eventType=RunState(event["eventType"]), run=Run(runId=run),
            job=Job(namespace=event["job"]["namespace"], name=event["job"]["name"]))
        states.setdefault(run, []).append(event["eventType"])
    for run, found in states.items():
        assert found[0] == "START" and found[1] in ("COMPLETE", "FAIL", "ABORT"), (run, found)
    return f"{len(events)} events"


def check_dot(text, kinds, _relations):
    if not shutil.which("dot"):
        return "SKIPPED, there is no graphviz"
    plain = subprocess.run(
        ["dot", "-Tplain"], input=text, capture_output=True, text=True, check=True)
    assert not plain.stderr, plain.stderr
    nodes = sum(line.startswith("node ") for line in plain.stdout.splitlines())
    assert nodes >= sum(kinds.values()), (nodes, kinds)
    return f"{nodes} nodes"


def check_mermaid(text, kinds, _relations):
    # Its parser is a program of JavaScript: what is looked at here is the frame and the nodes.
    lines = [line.strip() for line in text.splitlines()]
    assert any(line.startswith(("flowchart", "graph")) for line in lines)
    assert sum("-->" in line for line in lines) > 0
    assert len(lines) > sum(kinds.values())
    return f"{len(lines)} lines"


def check_svg(text, _kinds, _relations):
    root = tree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    tags = {element.tag.rsplit("}")[-1] for element in root.iter()}
    assert "script" not in tags
    return f"{sum(1 for _ in root.iter())} elements"


def check_html(text, _kinds, _relations):
    class Counter(html.parser.HTMLParser):
        tags = 0

        def handle_starttag(self, tag, attributes):
            self.tags += 1
            for name, value in attributes:
                assert not (name in ("src", "href") and (value or "").startswith("http")), value

    counter = Counter()
    counter.feed(text)
    assert text.lower().startswith("<!doctype html>") and counter.tags > 0
    return f"{counter.tags} elements"


def main():
    directory = pathlib.Path(sys.argv[1])
    _, kinds, relations = load_graph(directory)
    checks = {
        "prov": check_prov, "openlineage": check_openlineage, "dot": check_dot,
        "mermaid": check_mermaid, "svg": check_svg, "html": check_html,
    }
    for name, check in checks.items():
        try:
            told = check((directory / f"graph.{name}").read_text(), kinds, relations)
        except Exception as problem:
            sys.exit(f"graphs.py: {name}: {type(problem).__name__}: {problem}")
        print(f"graphs.py: {name}: {told}")


if __name__ == "__main__":
    main()
