package import Documents
package import Primitives

/// What one execution of a command used and made: `docs/format/run.md`.
///
/// A value of this type has no id: that belongs to the bytes it was read from, or is written as.
package struct RunRecord: Hashable, Sendable, Codable {
  /// How a run ended.
  package enum State: String, Hashable, Sendable, Codable, CaseIterable {
    case succeeded
    case failed
    /// Nobody saw its end, or it was asked to stop.
    case interrupted
  }

  /// The version of the format that this program writes, and the newest that it reads.
  package static let newestVersion = 1

  /// The version of the format.
  package var shaleRun = Self.newestVersion

  /// What the command saw in `SHALE_RUN`: 32 hexadecimal digits.
  package var invocation: String
  package var name: String?
  package var state: State

  /// The program and its arguments, after redaction.
  package var command: [ByteString]

  /// Where the command ran.
  package var directory: RepositoryPath
  package var exitStatus: Int?

  /// The number of the signal that ended it.
  package var signal: Int?

  /// Why there is no exit status, in words.
  package var reason: String?
  package var started: Timestamp

  /// How long it took.
  package var seconds: Double?
  package var author: RunAuthor?
  package var code: RunCode
  package var settings: [RunSetting]?
  package var parameters: [RunValues]?
  package var metrics: [RunValues]?
  package var inputs: [RunArtifact] = []
  package var outputs: [RunArtifact] = []
  package var observation: RunObservation
  package var machine: RunMachine?
  package var tools: RunTools?
  package var environment: [String: String]?
  package var use: RunUse?
  package var reproduces: RunReproduction?

  /// The places of values that were replaced by ``Redaction/replacement``.
  package var redacted: [String]?

  /// The in-toto statement, once the run succeeded.
  package var statement: DocumentValue?

  package init(
    invocation: String, state: State, command: [ByteString], directory: RepositoryPath,
    started: Timestamp, code: RunCode, observation: RunObservation
  ) {
    self.invocation = invocation
    self.state = state
    self.command = command
    self.directory = directory
    self.started = started
    self.code = code
    self.observation = observation
  }
}

/// Who made a run, as git knows them.
package struct RunAuthor: Hashable, Sendable, Codable {
  package var name: ByteString
  package var email: ByteString

  package init(name: ByteString, email: ByteString) {
    self.name = name
    self.email = email
  }
}

/// An object that a record leads to, with its size in bytes.
package struct RunObject: Hashable, Sendable, Codable {
  package var oid: ObjectID
  package var size: ByteCount

  /// How many files a tree holds, or how many lines a list of files has.
  package var files: Int?

  package init(oid: ObjectID, size: ByteCount, files: Int? = nil) {
    self.oid = oid
    self.size = size
    self.files = files
  }
}

/// The code that ran (§3 of the format).
package struct RunCode: Hashable, Sendable, Codable {
  /// An untracked file that is not part of the tree.
  package struct LeftOut: Hashable, Sendable, Codable {
    /// Why a file is left out.
    package enum Reason: String, Hashable, Sendable, Codable {
      case large
      case secret
    }

    package var path: RepositoryPath
    package var size: ByteCount

    /// The SHA-256 of its content; `nil` where it could not be read.
    package var oid: ObjectID?
    package var reason: Reason

    package init(path: RepositoryPath, size: ByteCount, oid: ObjectID?, reason: Reason) {
      self.path = path
      self.size = size
      self.oid = oid
      self.reason = reason
    }
  }

  /// A repository inside this one.
  package struct Submodule: Hashable, Sendable, Codable {
    package var path: RepositoryPath
    package var commit: String

    package init(path: RepositoryPath, commit: String) {
      self.path = path
      self.commit = commit
    }
  }

  /// The files of the worktree as they were when the command began.
  package var tree: RunObject

  /// The commit that `HEAD` named, in hexadecimal; `nil` before the first.
  package var commit: String?

  /// The branch that was checked out, without `refs/heads/`.
  package var branch: ByteString?

  /// Whether the worktree differed from the commit.
  package var isModified: Bool

  /// The difference from the commit, for reading.
  package var patch: RunObject?
  package var leftOut: [LeftOut]?
  package var submodules: [Submodule]?

  package init(tree: RunObject, commit: String?, branch: ByteString?, isModified: Bool) {
    self.tree = tree
    self.commit = commit
    self.branch = branch
    self.isModified = isModified
  }
}

/// A value that `--set` wrote into a parameter file before the command started.
package struct RunSetting: Hashable, Sendable, Codable {
  package var key: String
  package var path: RepositoryPath
  package var value: DocumentValue

  package init(key: String, path: RepositoryPath, value: DocumentValue) {
    self.key = key
    self.path = path
    self.value = value
  }
}

/// The values of a parameter or metrics file.
package struct RunValues: Hashable, Sendable, Codable {
  package var path: RepositoryPath

  /// The SHA-256 of the file.
  package var oid: ObjectID

  /// The keys that were named, where not all of the file counts.
  package var keys: [String]?

  /// What stood there; `nil` where the file could not be read as a document.
  package var values: DocumentValue?

  /// Why ``values`` is missing, in words.
  package var problem: String?

  package init(
    path: RepositoryPath, oid: ObjectID, keys: [String]? = nil, values: DocumentValue?,
    problem: String? = nil
  ) {
    self.path = path
    self.oid = oid
    self.keys = keys
    self.values = values?.sorted
    self.problem = problem
  }
}

extension DocumentValue {
  /// The same with the keys of every table in order, as a record's file has them.
  fileprivate var sorted: Self {
    switch self {
    case .table(let fields):
      .table(
        fields.map { DocumentField(key: $0.key, value: $0.value.sorted) }
          .sorted { $0.key < $1.key })
    case .list(let items): .list(items.map(\.sorted))
    default: self
    }
  }
}

/// Data that a run read or made (§4 of the format).
package struct RunArtifact: Hashable, Sendable, Codable {
  /// What lies at the path.
  package enum Kind: String, Hashable, Sendable, Codable {
    case file
    case tree
  }

  /// How it is known that the run used it.
  package enum Origin: String, Hashable, Sendable, Codable {
    case declared
    case observed
  }

  package var path: RepositoryPath
  package var kind: Kind
  package var oid: ObjectID

  /// The bytes of the file, or of all files in the directory.
  package var size: ByteCount

  /// How many files a tree holds; `nil` for a file.
  package var files: Int?
  package var origin: Origin

  /// The tracked path that it is or lies in; `nil` where Shale does not track it.
  package var tracked: RepositoryPath?

  /// The list of files of a tree that were read, where that was observed.
  package var read: RunObject?

  package init(
    path: RepositoryPath, kind: Kind, oid: ObjectID, size: ByteCount, files: Int? = nil,
    origin: Origin, tracked: RepositoryPath?
  ) {
    self.path = path
    self.kind = kind
    self.oid = oid
    self.size = size
    self.files = files
    self.origin = origin
    self.tracked = tracked
  }
}

/// How inputs were found, and what that cannot see.
package struct RunObservation: Hashable, Sendable, Codable {
  /// How inputs were found.
  package enum Method: String, Hashable, Sendable, Codable {
    /// The kernel announced every call that opened a file.
    case notification
    /// A library in dynamic programs announced it.
    case preload
    /// Only what was named on the command line.
    case declared
  }

  package var method: Method

  /// What the method cannot see, each in words.
  package var mayMiss: [String]

  package init(method: Method, mayMiss: [String] = []) {
    self.method = method
    self.mayMiss = mayMiss
  }
}

/// The machine that a run ran on; never its name.
package struct RunMachine: Hashable, Sendable, Codable {
  /// Kernel and distribution: `Linux 6.1, Debian GNU/Linux 12 (bookworm)`.
  package var system: String
  package var architecture: String
  package var processor: String
  package var processors: Int
  package var memory: ByteCount

  /// Graphics processors and the like that `/proc` shows.
  package var accelerators: [String]

  package init(
    system: String, architecture: String, processor: String, processors: Int, memory: ByteCount,
    accelerators: [String]
  ) {
    self.system = system
    self.architecture = architecture
    self.processor = processor
    self.processors = processors
    self.memory = memory
    self.accelerators = accelerators
  }
}

/// The programs that a run relied on.
package struct RunTools: Hashable, Sendable, Codable {
  /// A program and the version it says it has.
  package struct Tool: Hashable, Sendable, Codable {
    package var name: String
    package var version: String

    package init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  package var shale: String
  package var git: String?

  /// What runs the program, where that is known: `python3` and its version.
  package var interpreter: Tool?

  /// A list of installed packages: lines `NAME==VERSION`, sorted.
  package var packages: RunObject?

  package init(
    shale: String, git: String? = nil, interpreter: Tool? = nil, packages: RunObject? = nil
  ) {
    self.shale = shale
    self.git = git
    self.interpreter = interpreter
    self.packages = packages
  }
}

/// What a run took from the machine.
package struct RunUse: Hashable, Sendable, Codable {
  /// Seconds of all processors together, by the command and what it started.
  package var processorSeconds: Double

  /// The largest resident memory of one process.
  package var peakMemory: ByteCount

  package init(processorSeconds: Double, peakMemory: ByteCount) {
    self.processorSeconds = processorSeconds
    self.peakMemory = peakMemory
  }
}

/// What became of making another run again.
package struct RunReproduction: Hashable, Sendable, Codable {
  /// How near a run came to the one that it made again.
  package enum Grade: String, Hashable, Sendable, Codable {
    /// Every output has the same bits.
    case identical
    /// All metrics are equal, or within the tolerance that was asked for.
    case equivalent
    case diverged
    /// Something was missing, and nothing ran, or it could not start.
    case notReproducible = "not reproducible"
  }

  /// The id of the run that was made again.
  package var run: ObjectID
  package var grade: Grade

  /// What differs or is missing, each in words.
  package var differences: [String]

  package init(run: ObjectID, grade: Grade, differences: [String]) {
    self.run = run
    self.grade = grade
    self.differences = differences
  }
}
