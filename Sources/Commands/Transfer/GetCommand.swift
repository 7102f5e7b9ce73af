package import Arguments
internal import ObjectStore
package import Platform
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale get`: puts data of another place here, without a repository.
package struct GetCommand: Command {
  package static let source = Operand<ByteString>(
    "SOURCE", help: "An address of git's, a clone, or the directory of a store",
    completion: .directories)
  package static let path = Operand<ByteString>(
    "PATH", help: "A tracked path of it, or one inside a tracked directory")
  package static let output = Option<ByteString?>(
    "output", short: "o", value: "DIR", help: "The directory to put it in; made if it is missing",
    completion: .directories)
  package static let revision = Option<ByteString?>(
    "rev", value: "REV", help: "A branch, tag or commit of the source; what is current if left out")
  package static let expected = Option<ByteString?>(
    "expect", value: "DIGEST", help: "Take only this content: `sha256:` and 64 digits")
  package static let force = Flag(
    "force", short: "f", help: "Replace what lies there, which is then gone")
  package static let noCache = Flag("no-cache", help: "Read straight from the source")

  private static let exampleDigest =
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

  package static let spec = CommandSpec(
    "get",
    summary: "Get data from elsewhere, without a repository",
    discussion: """
      Brings one file or directory, proves it while it is written, and puts it under its own name in
      one step. What is there already is left alone, and that is success if it is the same. What was
      brought stays in a cache that all jobs of a user share (`shale cache`), so that an interrupted
      `get` goes on where it stopped and the next job reads from this machine. With `--expect` and a
      warm cache the source is not asked at all.

      A store alone has no git history: `--rev` is then a branch, tag or commit that was pushed to
      it, and only `--expect` says that its content is what was meant.
      """,
    parameters: [output, revision, expected, force, noCache, source, path],
    examples: [
      Example(
        "shale get git@example.com:team/flowers.git models/best.pt --rev v1.2 -o models",
        "One model of a release"),
      Example(
        "shale get /mnt/store models/best.pt --expect sha256:" + exampleDigest,
        "From a store that is mounted, trusting one content alone"),
      Example("shale get ../flowers data/train/labels.csv", "One file of a tracked directory"),
    ],
    result: GetReport.keys,
    statuses: [.denied, .damaged, .missing, .tryAgain],
    related: ["import", "cache show", "clone"])

  private let operands: SourceOperands
  private let output: ByteString?
  private let isForced: Bool
  private let usesCache: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    operands = try SourceOperands(
      source: arguments[Self.source], path: arguments[Self.path],
      revision: arguments[Self.revision], expected: arguments[Self.expected])
    output = try arguments[Self.output]
    isForced = arguments[Self.force]
    usesCache = !arguments[Self.noCache]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> GetReport {
    let configuration = try explaining { () throws(ProjectError) in
      try Configuration.personal(environment: context.environment)
    }
    let directory = output.map(context.path) ?? context.workingDirectory
    let getting = Getting(
      context: context, directory: directory, name: operands.path.name, isForced: isForced,
      cache: usesCache
        ? configuration.cache(
          environment: context.environment, from: context.workingDirectory) : nil,
      limit: configuration[Settings.cacheSize])
    let place = directory.appending(operands.path.name)
    if let expected = operands.expected {
      if let here = try Self.entry(at: place), here.id == expected {
        return GetReport(here, at: place, origin: nil)
      }
      let isFree = try Self.isFree(place)
      if isForced || isFree {
        try Self.makeDirectory(directory)
        if let entry = try getting.fromCache(expected) {
          return GetReport(entry, at: place, origin: .init(origin: "cache"))
        }
      }
    }
    let item = try operands.find(in: context)
    if try !Self.isFree(place) {
      if let here = try Self.entry(at: place), here.isAs(item.entry) {
        return GetReport(item.entry, at: place, of: item, origin: nil)
      }
      if !isForced { throw .inTheWay(place) }
    }
    try Self.makeDirectory(directory)
    return GetReport(item.entry, at: place, of: item, origin: try getting.run(item))
  }

  private static func isFree(_ place: FilePath) throws(CommandFailure) -> Bool {
    try explaining { () throws(FileError) in try place.statusIfPresent() == nil }
  }

  /// What lies at a place, if it is something that could have come from a store.
  private static func entry(at place: FilePath) throws(CommandFailure) -> TreeEntry? {
    let content = try explaining { () throws(FileError) in try DiskContent(at: place) }
    if case .entry(let entry) = content { return entry }
    return nil
  }

  private static func makeDirectory(_ directory: FilePath) throws(CommandFailure) {
    try explaining { () throws(FileError) in try directory.makeDirectories() }
  }
}

extension TreeEntry {
  /// Whether what lies on disk is what is wanted; no pointer says whether a file may be executed.
  func isAs(_ wanted: TreeEntry) -> Bool {
    id == wanted.id && (kind == wanted.kind || kind == .executable && wanted.kind == .file)
  }
}

/// What `shale get` put where.
package struct GetReport: Report {
  /// Where it lies now.
  package let path: FilePath
  package let oid: ObjectID

  /// `file`, `symlink` or `tree`.
  package let kind: String
  package let size: ByteCount
  package let files: Int

  /// The commit that it was found at; nothing where nobody was asked.
  package let commit: String?

  /// Where the bytes came from; nothing where they were there already.
  package let origin: String?

  /// What was read from the source, as stored.
  package let bytesFetched: ByteCount

  package var isConfirmation: Bool { true }

  private enum CodingKeys: CodingKey {
    case path, oid, kind, size, files, commit, origin, bytesFetched
  }

  init(
    _ entry: TreeEntry, at path: FilePath, of item: SourceItem? = nil, origin: Getting.Outcome?
  ) {
    self.path = path
    oid = entry.id
    kind = Self.word(for: entry.kind)
    size = entry.size
    files = entry.files
    commit = item?.commit
    self.origin = origin?.origin
    bytesFetched = origin?.bytes ?? .zero
  }

  static func word(for kind: TreeEntry.Kind) -> String {
    switch kind {
    case .directory: "tree"
    case .symlink: "symlink"
    case .file, .executable: "file"
    }
  }

  package func write(to text: inout StyledText) {
    let amount = kind == "tree" ? "\(size), \(counted(files, "file"))" : "\(size)"
    guard let origin else {
      return text.line("\(path, .path) is there already (\(amount))")
    }
    let read = bytesFetched > .zero ? ": \(bytesFetched) read" : ""
    text.line("\("got", .added) \(path, .path) (\(amount)) from \(origin, .remote)\(read)")
    if text.verbosity == .verbose { text.line("  sha256:\(oid.hex)") }
  }
}

extension GetReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("path", "Where it lies now"),
    ResultKey("oid", "What it is: for a file what `sha256sum` prints"),
    ResultKey("kind", "`file`, `tree` or `symlink`"),
    ResultKey("size", "Its size in bytes"),
    ResultKey("files", "How many files there are; 1 for a file"),
    ResultKey(
      "commit", "The commit of the source; left out where the source was not asked",
      isOptional: true),
    ResultKey(
      "origin",
      "Where the bytes came from: `cache`, `clone`, `store` or the name of a remote; left out where"
        + " they were there already", isOptional: true),
    ResultKey("bytesFetched", "How many bytes were read from the source, as stored"),
  ]
}
