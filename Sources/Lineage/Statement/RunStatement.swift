package import Documents
internal import Primitives

/// The part of a run's record that tools for attestations read: an in-toto Statement v1 whose
/// predicate is SLSA provenance v1 (§7 of `docs/format/run.md`).
package enum RunStatement {
  /// What the statement of every run says it is.
  package static let type = "https://in-toto.io/Statement/v1"

  /// The name of the predicate.
  package static let predicateType = "https://slsa.dev/provenance/v1"

  /// How the external parameters are to be read: a command that ran in a worktree.
  package static let buildType = "urn:shale:run:v1"

  /// Who vouches for the statement: the clone in which the command ran, and nobody else.
  package static let builder = "urn:shale:builder:local"

  /// Makes the statement of a run.
  ///
  /// - Parameter record: The record, after redaction.
  /// - Returns: `nil` unless the run succeeded and has outputs.
  package static func make(for record: RunRecord) -> DocumentValue? {
    guard record.state == .succeeded, !record.outputs.isEmpty else { return nil }
    return .object([
      "_type": .text(type),
      "subject": .list(record.outputs.map { descriptor(of: $0) }),
      "predicateType": .text(predicateType),
      "predicate": .object([
        "buildDefinition": definition(of: record), "runDetails": details(of: record),
      ]),
    ])
  }
}

// MARK: - What was asked for

extension RunStatement {
  private static func definition(of record: RunRecord) -> DocumentValue {
    .object([
      "buildType": .text(buildType),
      "externalParameters": .object([
        "command": .list(record.command.map(DocumentValue.shown)),
        "directory": .shown(record.directory),
        "parameters": record.parameters.map(values(of:)),
        "settings": record.settings.map { .list($0.map(setting)) },
      ]),
      "resolvedDependencies": .list(
        record.inputs.map { descriptor(of: $0, as: "input") } + code(of: record.code)),
    ])
  }

  /// What parameter files said: their values by their paths.
  private static func values(of files: [RunValues]) -> DocumentValue {
    var fields: [String: DocumentValue?] = [:]
    for file in files { fields[file.path.description] = file.values ?? .null }
    return .object(fields)
  }

  private static func setting(_ setting: RunSetting) -> DocumentValue {
    .object([
      "key": .text(setting.key), "path": .shown(setting.path), "value": setting.value,
    ])
  }

  /// The commit and the files of the worktree.
  private static func code(of code: RunCode) -> [DocumentValue] {
    let commit = code.commit.map { commit in
      DocumentValue.object([
        "name": .text("commit"), "digest": .object(["gitCommit": .text(commit)]),
        "annotations": .object([
          "role": .text("commit"), "branch": code.branch.map(DocumentValue.shown),
          "isModified": .boolean(code.isModified),
        ]),
      ])
    }
    let tree = DocumentValue.object([
      "name": .text("code"), "digest": .object(["shaleTree": .text(code.tree.oid.hex)]),
      "annotations": .object(["role": .text("code")]),
    ])
    return [commit, tree].compactMap(\.self)
  }
}

// MARK: - What happened

extension RunStatement {
  private static func details(of record: RunRecord) -> DocumentValue {
    let finished = record.seconds.flatMap { record.started.advanced(bySeconds: $0) }
    return .object([
      "builder": .object([
        "id": .text(builder),
        "version": record.tools.map { .object(["shale": .text($0.shale)]) },
      ]),
      "metadata": .object([
        "invocationId": .text(record.invocation), "startedOn": .shown(record.started),
        "finishedOn": finished.map(DocumentValue.shown),
      ]),
      "byproducts": .listIfAny((record.metrics ?? []).map(byproduct)),
    ])
  }

  private static func byproduct(_ metrics: RunValues) -> DocumentValue {
    .object([
      "name": .shown(metrics.path), "digest": .object(["sha256": .text(metrics.oid.hex)]),
      "annotations": .object([
        "role": .text("metrics"), "values": metrics.values,
        "problem": metrics.problem.map { .text($0) },
      ]),
    ])
  }

  /// Data by its path and digest.
  private static func descriptor(
    of artifact: RunArtifact, as role: String? = nil
  ) -> DocumentValue {
    let algorithm = artifact.kind == .file ? "sha256" : "shaleTree"
    return .object([
      "name": .shown(artifact.path),
      "digest": .object([algorithm: .text(artifact.oid.hex)]),
      "annotations": role.map { .object(["role": .text($0)]) },
    ])
  }
}

extension Timestamp {
  /// The moment so many seconds later, or `nil` where that is no time that can be told.
  func advanced(bySeconds seconds: Double) -> Self? {
    guard let nanoseconds = Int64(exactly: (seconds * 1_000_000_000).rounded()) else { return nil }
    let (sum, isBeyond) = self.nanoseconds.addingReportingOverflow(nanoseconds)
    return isBeyond ? nil : Self(nanoseconds: sum)
  }
}
