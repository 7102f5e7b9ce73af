internal import Commands
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Project
internal import Terminal

/// A directory in which everything of a case lies: the repository `work`, its remote, a clone.
struct World: Sendable {
  let root: FilePath

  var work: FilePath { root.appending("work") }
  var clone: FilePath { root.appending("clone") }
  var remote: FilePath { root.appending("remote") }

  /// Where a power cut finds what has lost its name; no part of the world.
  var aside: FilePath { root.appending("aside") }

  /// How a command line ended, and what it said.
  struct Outcome: Sendable {
    let status: UInt8
    let text: String
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// The variables of the environment: nothing of the person who runs this is in it.
  static func environment(path: ByteString?) -> [ByteString: ByteString] {
    [
      "HOME": "/nonexistent", "PATH": path ?? "/usr/local/bin:/usr/bin:/bin", "TZ": "UTC",
      "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
      "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "false",
      "GIT_AUTHOR_NAME": "Ada Example", "GIT_AUTHOR_EMAIL": "ada@example.com",
      "GIT_AUTHOR_DATE": "1767323045 +0000", "GIT_COMMITTER_NAME": "Ada Example",
      "GIT_COMMITTER_EMAIL": "ada@example.com", "GIT_COMMITTER_DATE": "1767323045 +0000",
    ]
  }

  static let environment = environment(path: Startup.environment()["PATH"])

  /// Runs a command line of Shale in this process.
  static func shale(_ words: [ByteString], in directory: FilePath) -> Outcome {
    let (output, errors) = (MemoryOutput(), MemoryOutput())
    let context = CommandContext(
      environment: environment, workingDirectory: directory, output: OutputStream(output),
      errorOutput: OutputStream(errors))
    let status = Tool.run(words, in: context)
    return Outcome(status: status.code, text: output.text + errors.text)
  }

  /// Runs a program that has to succeed, and gives what it printed.
  @discardableResult
  static func run(
    _ program: ByteString, _ words: [ByteString], in directory: FilePath
  ) throws -> String {
    let outcome = try ChildProcess(
      program, words, environment: environment, directory: directory
    ).run()
    let text = String(decoding: outcome.output, as: UTF8.self)
    guard outcome.succeeded else {
      let errors = String(decoding: outcome.errors, as: UTF8.self)
      throw Failure(description: "\(program) \(words): \(text)\(errors)")
    }
    return text
  }

  /// Copies everything.
  func copy(to root: FilePath) throws -> World {
    try World.make(Snapshot(of: self.root, parts: self.root.names()), at: root)
  }

  /// Makes a copy, in which everything was done where it now lies.
  static func make(_ snapshot: Snapshot, at root: FilePath) throws -> World {
    try snapshot.make(at: root)
    let world = World(root: root)
    for directory in [world.work, world.clone] {
      let log = OperationLog(directory.appending(".git/shale/operations"))
      let operations = try log.operations().operations
      if operations.isEmpty { continue }
      try log.path.remove()
      for operation in operations {
        try log.append(
          Operation(
            time: operation.time, worktree: directory, command: operation.command,
            changes: operation.changes))
      }
    }
    return world
  }

  /// What a scenario needs of it.
  func snapshot(for scenario: Scenario) throws -> Snapshot {
    let place = scenario.isInClone ? clone : work
    return try Snapshot(of: root, parts: [place, remote, aside].map(\.name))
  }

  /// The names of all files of a repository's store.
  static func stored(in directory: FilePath) throws -> Set<String> {
    Set(try Files(below: directory.appending(".git/shale/store")).items.keys.map(\.description))
  }

  /// The packs of a store, the largest first.
  static func packs(of store: FilePath) throws -> [FilePath] {
    let files = try Files(below: store).items
    let sizes = files.compactMap { name, item -> (ByteString, Int)? in
      guard case .file(let bytes, _) = item, name.description.hasPrefix("packs/") else {
        return nil
      }
      return (name, bytes.count)
    }
    return sizes.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map { store.appending($0.0) }
  }

  /// Makes files of a directory.
  func write(_ bytes: [UInt8], to path: String, in directory: FilePath) throws {
    let file = directory.appending(path)
    try file.parent.makeDirectories()
    try AtomicFile.replace(file, with: bytes, durably: false)
  }
}

/// The files of a directory, as its owner sees them.
struct Files: Equatable, Sendable {
  /// A file, symlink or directory.
  enum Item: Hashable, Sendable {
    case file([UInt8], isExecutable: Bool)
    /// A file that is too large to be kept in memory.
    case large(ObjectID, ByteCount, isExecutable: Bool)
    case symlink(ByteString)
    case directory
  }

  private(set) var items: [ByteString: Item] = [:]

  /// Files under temporary names.
  private(set) var temporary: [ByteString] = []

  /// Reads a directory, without what is git's own.
  init(below root: FilePath) throws {
    try read(OpenDirectory(root), "")
  }

  private mutating func read(_ directory: borrowing OpenDirectory, _ prefix: String) throws {
    for entry in try directory.entries() where entry.name != ".git" {
      let path = ByteString(Array(prefix.utf8) + entry.name.bytes)
      if entry.name.bytes.starts(with: AtomicFile.temporaryPrefix.bytes) {
        temporary.append(path)
        continue
      }
      let status = try directory.status(of: entry.name)
      switch status.kind {
      case .directory:
        items[path] = .directory
        try read(directory.directory(entry.name), "\(path)/")
      case .symlink: items[path] = .symlink(try directory.symlinkTarget(entry.name))
      default:
        let file = try directory.file(entry.name)
        let isExecutable = status.isExecutable
        items[path] =
          status.size > .mebibytes(16)
          ? SHA256.id(of: file).map { .large($0, status.size, isExecutable: isExecutable) }
          : .file(try file.contents(limit: .mebibytes(16)), isExecutable: isExecutable)
      }
    }
  }

  /// In what this differs from other files, in words; nothing where it does not.
  func difference(from other: Files) -> String? {
    let names = Set(items.keys).union(other.items.keys).sorted()
    guard let name = names.first(where: { items[$0] != other.items[$0] }) else { return nil }
    return "'\(name)' is \(Self.words(items[name])) instead of \(Self.words(other.items[name]))"
  }

  static func words(_ item: Item?) -> String {
    switch item {
    case .file(let bytes, let isExecutable):
      "\(bytes.count) bytes, \(bytes.allSatisfy { $0 == 0 } ? "all zero" : "\(bytes.prefix(12))")"
        + (isExecutable ? ", executable" : "")
    case .large(let id, let size, _): "\(size.bytes) bytes, \(id.hex.prefix(12))"
    case .symlink(let target): "a symlink to '\(target)'"
    case .directory: "a directory"
    case nil: "absent"
    }
  }
}
