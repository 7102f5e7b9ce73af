package import Lineage
package import Primitives

/// What making a run again takes, and what of that is missing or different here.
package struct ReproductionPlan: Sendable {
  /// Something without which the run cannot be made again.
  package struct Lack: Hashable, Sendable {
    /// What is missing.
    package enum Kind: Hashable, Sendable {
      /// Bytes that no store at hand has, or a value that the record does not tell.
      case content
      /// A program of the machine.
      case environment
    }

    package let kind: Kind

    /// What is missing, in words.
    package let text: String

    /// Whether another store may have it.
    package var isAbsent = false
  }

  /// Content that the local store lacks, and another store may have.
  package struct Absent: Hashable, Sendable {
    package let path: RepositoryPath
    package let isTree: Bool
    package let oid: ObjectID
    package let size: ByteCount

    /// How many files: 1 for a file.
    package let files: Int
  }

  /// Content that is put into the worktree besides the code.
  struct Placement: Sendable {
    enum Source: Sendable {
      case store
      /// The user's worktree has it at the same path.
      case worktree
    }

    let path: RepositoryPath
    let isTree: Bool
    let oid: ObjectID
    let source: Source
  }

  /// The id of the run that is made again.
  package let id: ObjectID
  package let record: RunRecord

  /// What keeps it from being made again.
  package internal(set) var lacks: [Lack] = []

  /// What the local store lacks of that, for who knows another store.
  package internal(set) var absent: [Absent] = []

  /// What the store lacks and the run does without: it only says more of what is different.
  package internal(set) var helpful: [Absent] = []

  /// What is not as it was, in words.
  package internal(set) var differences: [String] = []

  /// Whether git has the commit of the run.
  package internal(set) var hasCommit = false

  var placements: [Placement] = []

  /// The repositories inside this one whose commits are in the user's worktree.
  var submodules: [RunCode.Submodule] = []

  /// The values of the settings as a program sees them, by their keys.
  var settings: [String: String] = [:]

  /// The command as it is run: with the home directory in place of `~`.
  package internal(set) var command: [ByteString]

  /// The variables that the command is given, but for the number of the run.
  var environment: [ByteString: ByteString] = [:]

  init(_ record: RunRecord, id: ObjectID) {
    self.record = record
    self.id = id
    command = record.command
  }

  /// Takes for granted that another store has what the local one lacks.
  package mutating func supposeFetched() {
    lacks.removeAll(where: \.isAbsent)
    absent = []
  }
}
