package import Documents
package import Primitives

/// What lists and graphs need of a run record.
package struct RunSummary: Hashable, Sendable {
  /// A parameter or metric: one leaf of a document.
  package struct Value: Hashable, Sendable {
    /// The file that it stands in.
    package let path: RepositoryPath

    /// Its place in the file: `model.lr`.
    package let key: String
    package let value: DocumentValue

    package init(path: RepositoryPath, key: String, value: DocumentValue) {
      self.path = path
      self.key = key
      self.value = value
    }
  }

  /// Data that the run read or made.
  package struct Artifact: Hashable, Sendable {
    package let path: RepositoryPath
    package let isTree: Bool
    package let oid: ObjectID
    package let size: ByteCount
    package let isDeclared: Bool

    /// The tracked path that it is or lies in.
    package let tracked: RepositoryPath?

    /// The list of what was read in a tree, where that was observed.
    package let read: ObjectID?

    package init(
      path: RepositoryPath, isTree: Bool, oid: ObjectID, size: ByteCount, isDeclared: Bool,
      tracked: RepositoryPath?, read: ObjectID? = nil
    ) {
      self.path = path
      self.isTree = isTree
      self.oid = oid
      self.size = size
      self.isDeclared = isDeclared
      self.tracked = tracked
      self.read = read
    }
  }

  /// How many parameters, and how many metrics, a summary holds at most.
  package static let valueLimit = 512

  package let id: ObjectID
  package let state: RunRecord.State
  package let name: String?

  /// What the command saw in `SHALE_RUN`.
  package let invocation: String
  package let command: [ByteString]
  package let started: Timestamp
  package let seconds: Double?
  package let exitStatus: Int?

  /// The commit that `HEAD` named, in hexadecimal.
  package let commit: String?
  package let codeTree: ObjectID

  /// Whether the code differed from the commit.
  package let isCodeModified: Bool

  /// At most ``valueLimit`` of each, in the order of the record.
  package let parameters: [Value]
  package let metrics: [Value]
  package let inputs: [Artifact]
  package let outputs: [Artifact]

  /// The run that this one made again, and how well.
  package let reproduces: ObjectID?
  package let grade: RunReproduction.Grade?

  /// Summarises a record.
  package init(_ record: RunRecord, id: ObjectID) {
    self.init(
      id: id, state: record.state, name: record.name, invocation: record.invocation,
      command: record.command, started: record.started, seconds: record.seconds,
      exitStatus: record.exitStatus, commit: record.code.commit, codeTree: record.code.tree.oid,
      isCodeModified: record.code.isModified, parameters: Self.leaves(of: record.parameters),
      metrics: Self.leaves(of: record.metrics), inputs: record.inputs.map(Artifact.init),
      outputs: record.outputs.map(Artifact.init), reproduces: record.reproduces?.run,
      grade: record.reproduces?.grade)
  }

  init(
    id: ObjectID, state: RunRecord.State, name: String?, invocation: String,
    command: [ByteString], started: Timestamp, seconds: Double?, exitStatus: Int?,
    commit: String?, codeTree: ObjectID, isCodeModified: Bool, parameters: [Value],
    metrics: [Value], inputs: [Artifact], outputs: [Artifact], reproduces: ObjectID?,
    grade: RunReproduction.Grade?
  ) {
    self.id = id
    self.state = state
    self.name = name
    self.invocation = invocation
    self.command = command
    self.started = started
    self.seconds = seconds
    self.exitStatus = exitStatus
    self.commit = commit
    self.codeTree = codeTree
    self.isCodeModified = isCodeModified
    self.parameters = parameters
    self.metrics = metrics
    self.inputs = inputs
    self.outputs = outputs
    self.reproduces = reproduces
    self.grade = grade
  }

  private static func leaves(of files: [RunValues]?) -> [Value] {
    var leaves: [Value] = []
    for file in files ?? [] {
      for leaf in file.values?.flattened ?? [] {
        guard leaves.count < valueLimit else { return leaves }
        leaves.append(Value(path: file.path, key: leaf.path.description, value: leaf.value))
      }
    }
    return leaves
  }
}

extension RunSummary.Artifact {
  /// Summarises an input or output of a record.
  init(_ artifact: RunArtifact) {
    self.init(
      path: artifact.path, isTree: artifact.kind == .tree, oid: artifact.oid, size: artifact.size,
      isDeclared: artifact.origin == .declared, tracked: artifact.tracked, read: artifact.read?.oid)
  }
}
