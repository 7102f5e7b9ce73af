internal import Documents
internal import Lineage
internal import ObjectStore
internal import Primitives
internal import Terminal
internal import Workspace

extension RunDiffReport {
  /// Compares two runs.
  ///
  /// - Parameters:
  ///   - old: The one.
  ///   - new: The other.
  ///   - store: Has the trees, the code and the lists of packages, or some of them.
  ///   - showsCode: Whether the lines of code are compared, too.
  ///   - usesExitCode: Whether a difference decides the exit status.
  init(
    _ old: Side, _ new: Side, in store: ObjectStore, showsCode: Bool, usesExitCode: Bool
  ) throws(CommandFailure) {
    let (left, right) = (old.record, new.record)
    self.old = old.id
    self.new = new.id
    self.usesExitCode = usesExitCode
    facts = Self.facts(left, right)
    parameters = Self.values(left.parameters, right.parameters)
    metrics = Self.values(left.metrics, right.metrics)
    inputs = try Self.artifacts(left.inputs, right.inputs, store)
    outputs = try Self.artifacts(left.outputs, right.outputs, store)
    code = try Self.code(left.code.tree, right.code.tree, store)
    patch =
      showsCode
      ? try CodePatch(from: left.code.tree.oid, to: right.code.tree.oid, in: store)
        .bytes(of: code?.changes ?? []) : nil
    packages = try PackageChanges(left.tools?.packages?.oid, right.tools?.packages?.oid, in: store)
  }

  // MARK: - Facts

  private static func facts(_ old: RunRecord, _ new: RunRecord) -> [Fact] {
    let (left, right) = (facts(of: old), facts(of: new))
    let names =
      left.map(\.name)
      + right.map(\.name).filter { name in
        !left.contains { $0.name == name }
      }
    return names.compactMap { name in
      let one = left.first { $0.name == name }?.value
      let other = right.first { $0.name == name }?.value
      return one == other ? nil : Fact(name: name, old: one, new: other)
    }
  }

  /// What a run has that can be told in a word, in the order of a report.
  private static func facts(of record: RunRecord) -> [(name: String, value: String)] {
    var facts: [(String, String?)] = [
      ("command", RunSummary(record, id: .empty).commandLine),
      ("directory", record.directory.description), ("state", record.state.rawValue),
      ("status", record.exitStatus.map { "\($0)" }), ("signal", record.signal.map { "\($0)" }),
      ("commit", record.code.commit.map { String($0.prefix(10)) }),
      ("branch", record.code.branch?.description),
      ("modified", record.code.isModified ? "yes" : "no"),
      ("observed by", record.observation.method.rawValue),
      ("system", record.machine?.system), ("architecture", record.machine?.architecture),
      ("processor", record.machine?.processor),
      ("processors", record.machine.map { "\($0.processors)" }),
      ("memory", record.machine.map { "\($0.memory)" }),
      ("accelerators", record.machine.map { $0.accelerators.joined(separator: ", ") }),
      ("shale", record.tools?.shale), ("git", record.tools?.git),
    ]
    if let tool = record.tools?.interpreter { facts.append((tool.name, tool.version)) }
    for module in record.code.submodules ?? [] {
      facts.append(("submodule \(module.path)", String(module.commit.prefix(10))))
    }
    for (name, value) in (record.environment ?? [:]).sorted(by: { $0.key < $1.key }) {
      facts.append(("environment.\(name)", value))
    }
    return facts.compactMap { name, value in value.map { (name, $0) } }
  }

  // MARK: - Values

  private static func values(_ old: [RunValues]?, _ new: [RunValues]?) -> [ValueChange] {
    ValueChange.all(
      from: (old ?? []).compactMap(ValueFile.init), to: (new ?? []).compactMap(ValueFile.init),
      isFromRecord: true
    ).filter { !$0.isSame }
  }

  // MARK: - Data

  private static func artifacts(
    _ old: [RunArtifact], _ new: [RunArtifact], _ store: ObjectStore
  ) throws(CommandFailure) -> [Artifact] {
    let left = Dictionary(old.map { ($0.path, $0) }) { first, _ in first }
    let right = Dictionary(new.map { ($0.path, $0) }) { first, _ in first }
    var artifacts: [Artifact] = []
    for path in Set(left.keys).union(right.keys).sorted() {
      let (one, other) = (left[path], right[path])
      if one?.oid == other?.oid { continue }
      var comparison: (changes: [StatusCommandReport.Change], isIncomplete: Bool) = ([], false)
      if let one, let other, one.kind == .tree || other.kind == .tree {
        comparison = try compare(one.pointer, other.pointer, at: path, store)
      }
      artifacts.append(
        Artifact(
          path: path, oldOID: one?.oid, newOID: other?.oid, changes: comparison.changes,
          isIncomplete: comparison.isIncomplete,
          hasSameReads: one?.read != nil && one?.read?.oid == other?.read?.oid))
    }
    return artifacts
  }

  private static func code(
    _ old: RunObject, _ new: RunObject, _ store: ObjectStore
  ) throws(CommandFailure) -> Artifact? {
    if old.oid == new.oid { return nil }
    let comparison = try compare(old.tree, new.tree, at: .root, store)
    return Artifact(
      path: .root, oldOID: old.oid, newOID: new.oid, changes: comparison.changes,
      isIncomplete: comparison.isIncomplete, hasSameReads: false)
  }

  private static func compare(
    _ old: PointerFile, _ new: PointerFile, at path: RepositoryPath, _ store: ObjectStore
  ) throws(CommandFailure) -> (changes: [StatusCommandReport.Change], isIncomplete: Bool) {
    let comparison = try explaining { () throws(WorkspaceError) in
      try TreeComparison(from: old, to: new, at: path, store: store)
    }
    return (
      comparison.changes.map(StatusCommandReport.Change.init), !comparison.missing.isEmpty
    )
  }
}

extension RunArtifact {
  /// The pointer of what the run saw there.
  var pointer: PointerFile {
    kind == .tree
      ? .tree(oid, size: size, files: files ?? 0) : .file(oid, size: size)
  }
}

extension RunObject {
  /// The pointer of a tree.
  var tree: PointerFile { .tree(oid, size: size, files: files ?? 0) }
}

/// How the installed packages of two runs differ.
package struct PackageChanges: Encodable, Sendable {
  let removed: [String]
  let added: [String]

  /// Whether a list is not in the store, so that nothing more is known.
  let isIncomplete: Bool

  /// The size beyond which a list is none.
  private static let limit = ByteCount.mebibytes(16)

  /// Compares two lists; `nil` where they are the same.
  init?(_ old: ObjectID?, _ new: ObjectID?, in store: ObjectStore) throws(CommandFailure) {
    if old == new { return nil }
    let left = try Self.lines(of: old, in: store)
    let right = try Self.lines(of: new, in: store)
    isIncomplete = left == nil || right == nil
    let (one, other) = (Set(left ?? []), Set(right ?? []))
    removed = isIncomplete ? [] : (left ?? []).filter { !other.contains($0) }
    added = isIncomplete ? [] : (right ?? []).filter { !one.contains($0) }
  }

  private static func lines(
    of id: ObjectID?, in store: ObjectStore
  ) throws(CommandFailure) -> [String]? {
    guard let id else { return [] }
    do throws(StoreError) {
      let bytes = try store.contents(of: id, limit: limit)
      return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    } catch {
      if case .missing = error { return nil }
      throw CommandFailure(error)
    }
  }

  func write(to text: inout StyledText) {
    text.line("\("Packages", .heading)")
    if isIncomplete { return text.line("  which differ is not known: a list is not in the store") }
    for line in removed { text.line("  \("- \(line)", .removed)") }
    for line in added { text.line("  \("+ \(line)", .added)") }
  }
}
