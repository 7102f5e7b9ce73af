package import Documents
package import Primitives

/// What `shale run` is asked to run and to record.
package struct RunRequest: Sendable {
  /// A file of parameters or metrics, and which of its keys count.
  package struct Values: Hashable, Sendable {
    package var path: RepositoryPath

    /// No keys for all of them.
    package var keys: [DocumentPath]

    package init(path: RepositoryPath, keys: [DocumentPath] = []) {
      self.path = path
      self.keys = keys
    }
  }

  /// A value to be written into a parameter file before the command starts.
  package struct Setting: Hashable, Sendable {
    /// The file; `nil` for the obvious one.
    package var path: RepositoryPath?
    package var key: DocumentPath

    /// The value as it was typed.
    package var word: String

    package init(path: RepositoryPath?, key: DocumentPath, word: String) {
      self.path = path
      self.key = key
      self.word = word
    }
  }

  /// The program and its arguments.
  package var command: [ByteString]

  /// Where it runs.
  package var directory: RepositoryPath
  package var environment: [ByteString: ByteString]
  package var name: String?
  package var inputs: [RepositoryPath] = []
  package var outputs: [RepositoryPath] = []
  package var parameters: [Values] = []
  package var metrics: [Values] = []
  package var settings: [Setting] = []

  /// Whether the command is watched for what it reads.
  package var isObserved = true

  /// Whether what the command writes to standard output goes to standard error.
  package var isOutputOnError = false

  /// Whether the record leaves out what says much about a machine or a person.
  package var isMinimal = false

  package init(
    _ command: [ByteString], in directory: RepositoryPath,
    environment: [ByteString: ByteString]
  ) {
    self.command = command
    self.directory = directory
    self.environment = environment
  }

  /// Names each input and output once.
  package mutating func dropRepeats() {
    var seen: Set<RepositoryPath> = []
    inputs = inputs.filter { seen.insert($0).inserted }
    seen = []
    outputs = outputs.filter { seen.insert($0).inserted }
  }
}
