internal import Documents
internal import Primitives

extension LineageExport {
  /// The runs of a graph as events of OpenLineage (spec 2-0-2), one on each line: what a server of
  /// it takes.
  ///
  /// Each run has an event for its start, and one for its end.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - version: The version of Shale, as its producer.
  package static func openLineage(_ graph: LineageGraph, version: String) -> [UInt8] {
    let events = RunEvents(producer: "\(namespace)\(version)")
    return graph.runs.flatMap { run in
      json(events.event(of: run, "START", at: run.started), isIndented: false)
        + json(
          events.event(of: run, events.end(run), at: run.ended ?? run.started), isIndented: false)
    }
  }
}

/// Makes the events of runs.
private struct RunEvents {
  let producer: String

  private static let specification = "https://openlineage.io/spec"

  func end(_ run: RunSummary) -> String {
    switch run.state {
    case .succeeded: "COMPLETE"
    case .failed: "FAIL"
    case .interrupted: "ABORT"
    }
  }

  func event(of run: RunSummary, _ type: String, at time: Timestamp) -> DocumentValue {
    .object([
      "eventType": .text(type), "eventTime": .shown(time), "producer": .text(producer),
      "schemaURL": .text("\(Self.specification)/2-0-2/OpenLineage.json#/$defs/RunEvent"),
      "run": .object(["runId": .text(Self.identifier(of: run)), "facets": runFacets(run, type)]),
      "job": .object([
        "namespace": .text("shale"), "name": .text(Self.job(of: run)), "facets": jobFacets(run),
      ]),
      "inputs": .list(run.inputs.map(dataset)), "outputs": .list(run.outputs.map(dataset)),
    ])
  }

  /// The 32 digits that the command saw, as a UUID.
  private static func identifier(of run: RunSummary) -> String {
    let isHex = run.invocation.utf8.allSatisfy { Hex.value(of: $0) != nil }
    let digits = Array(isHex && run.invocation.utf8.count == 32 ? run.invocation : run.id.hex)
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
      .joined(separator: "-")
  }

  /// What stays the same from run to run: the program and its first argument.
  private static func job(of run: RunSummary) -> String {
    let words = run.command.prefix(2).map(\.description)
    return words.isEmpty ? "run" : words.joined(separator: " ")
  }

  // MARK: - Facets

  private func facet(_ schema: String, _ fields: [String: DocumentValue?]) -> DocumentValue {
    var fields = fields
    fields["_producer"] = .text(producer)
    fields["_schemaURL"] = .text(schema)
    return .object(fields)
  }

  private func standard(
    _ name: String, _ version: String, _ fields: [String: DocumentValue?]
  ) -> DocumentValue {
    facet("\(Self.specification)/facets/\(version)/\(name).json#/$defs/\(name)", fields)
  }

  private func own(_ name: String, _ fields: [String: DocumentValue?]) -> DocumentValue {
    facet("\(LineageExport.namespace)\(name):v1", fields)
  }

  private func runFacets(_ run: RunSummary, _ type: String) -> DocumentValue {
    var facets: [String: DocumentValue?] = [
      "shale_run": own(
        "run",
        [
          "id": .text(run.id.hex), "name": run.name.map { .text($0) },
          "command": .text(run.commandLine),
        ])
    ]
    if !run.parameters.isEmpty {
      facets["shale_parameters"] = own("parameters", ["values": run.parameters.document])
    }
    if type == "COMPLETE", !run.metrics.isEmpty {
      facets["shale_metrics"] = own("metrics", ["values": run.metrics.document])
    }
    if type == "FAIL" {
      let message = run.exitStatus.map { "exit status \($0)" } ?? "it did not end by itself"
      facets["errorMessage"] = standard(
        "ErrorMessageRunFacet", "1-0-1",
        ["message": .text(message), "programmingLanguage": .text("unknown")])
    }
    return .object(facets)
  }

  private func jobFacets(_ run: RunSummary) -> DocumentValue {
    .object([
      "jobType": standard(
        "JobTypeJobFacet", "2-0-4",
        [
          "processingType": .text("BATCH"), "integration": .text("SHALE"),
          "jobType": .text("COMMAND"),
        ]),
      "sourceCodeLocation": standard(
        "SourceCodeLocationJobFacet", "1-1-0",
        [
          "type": .text("git"), "url": .text("\(LineageExport.namespace)tree:\(run.codeTree)"),
          "version": run.commit.map { .text($0) },
        ]),
    ])
  }

  private func dataset(_ artifact: RunSummary.Artifact) -> DocumentValue {
    let name = artifact.path.name.text ?? ""
    let ending = name.split(separator: ".").dropFirst().last.map(String.init)
    return .object([
      "namespace": .text("shale"), "name": .shown(artifact.path),
      "facets": .object([
        "version": standard(
          "DatasetVersionDatasetFacet", "1-0-1", ["datasetVersion": .text(artifact.oid.hex)]),
        "storage": standard(
          "StorageDatasetFacet", "1-0-1",
          [
            "storageLayer": .text("shale"),
            "fileFormat": .text(artifact.isTree ? "directory" : ending ?? "file"),
          ]),
      ]),
    ])
  }
}
