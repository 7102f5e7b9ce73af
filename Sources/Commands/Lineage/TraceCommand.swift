package import Arguments
internal import Git
internal import Lineage
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
internal import Workspace

/// `shale trace`: finds bytes in everything that is known here.
package struct TraceCommand: Command {
  package static let file = Option<ByteString?>(
    "file", short: "f", value: "FILE", help: "The file whose bytes are looked for",
    completion: .files)
  package static let bytes = Option<ByteRange?>(
    "bytes", value: "A-B", help: "Look for its bytes from A to B only, counted from 0")
  package static let scan = Flag(
    "scan", help: "Read what was found, and tell where in it the bytes lie in a row")

  package static let spec = CommandSpec(
    "trace",
    summary: "Find which data, commits, runs and models contain some bytes",
    discussion: """
      The file need not be tracked. It is cut into chunks as the store cuts data, and every file
      that any commit, any run, or the worktree has is asked for the same chunks: so a file is found
      under another name, as a part of a larger one, and with parts of it changed. Models are those
      that runs are known to have made of what was found.

      Chunks say nothing about less than 4 KiB, about zeros, and about what is in more than 16 files
      and more than a hundredth of all: such bytes are found as whole files only. `--scan` reads
      what was found to confirm it.

      Where nothing is found the status is 1, as that of `grep`.
      """,
    parameters: [file, bytes, scan],
    examples: [
      Example(
        "shale trace --file leaked.csv", "Find out where a file came from, and what it is in"),
      Example(
        "shale trace --file old.bin --bytes 4096-1052671 --scan",
        "Look for a part of a file, and read to be sure"),
    ],
    result: TraceReport.keys, statuses: [.damaged], related: ["lineage", "log"])

  package static var isPaged: Bool { true }

  private let file: ByteString
  private let bytes: ByteRange?
  private let isScan: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    guard let file = try arguments[Self.file] else { throw .missingOperand("--file FILE") }
    self.file = file
    bytes = try arguments[Self.bytes]
    isScan = arguments[Self.scan]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> TraceReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let (probe, needle) = try probe(in: context, workspace)
    var search = ContentSearch(for: probe, in: workspace.store)
    let runs = try explaining { () throws(LineageError) in try project.runs().summaries() }
    let origins = try TraceOrigins(project: project, workspace: workspace, runs: runs)
    for root in origins.roots { search.look(at: root.id, isTree: root.isTree, size: root.size) }
    let matches = search.matches(scanningFor: needle)
    let found = matches.prefix(TraceReport.limit).map { match in
      TraceReport.Found(
        match, origins: origins.places(search.places(of: match.id)), runs: runs,
        store: workspace.store)
    }
    return TraceReport(
      file: file, probe: probe, found: Array(found), matchCount: matches.count,
      fileCount: search.fileCount, unreadCount: search.unread.count)
  }

  /// Cuts the file, and reads the bytes that a scan is to look for.
  private func probe(
    in context: CommandContext, _ workspace: Workspace
  ) throws(CommandFailure) -> (ContentProbe, needle: [UInt8]?) {
    let path = context.path(file)
    let opened = try explaining { () throws(FileError) in try OpenFile.forReading(path) }
    let status = try explaining { () throws(FileError) in try opened.status() }
    guard status.kind == .file else {
      throw CommandFailure(
        .refused, id: "not-a-file", "'\(file)' is no file whose bytes could be looked for",
        hints: ["Run `shale lineage` for a directory"])
    }
    let probe = try explaining { () throws(StoreError) in
      try ContentProbe(
        opened, range: bytes?.range, in: workspace.store, progress: context.progress)
    }
    guard !probe.range.isEmpty else {
      throw CommandFailure(
        .refused, id: "nothing-to-find", "'\(file)' has no bytes there: its size is \(probe.size)",
        hints: ["Give another range after `--bytes`"])
    }
    guard isScan else { return (probe, nil) }
    guard probe.range.count <= ByteSearch.limit.bytes else {
      throw CommandFailure(
        .refused, id: "too-much-to-scan",
        "A scan looks for \(ByteSearch.limit) at most, and this is "
          + "\(ByteCount.bytes(probe.range.count))",
        hints: ["Give a part of it: `--bytes 0-\(ByteSearch.limit.bytes - 1)`"])
    }
    let needle = try explaining { () throws(FileError) in
      try opened.bytes(.bytes(probe.range.count), at: probe.range.lowerBound)
    }
    return (probe, needle)
  }
}

/// A range of bytes as people type it: the first and the last, counted from 0.
package struct ByteRange: ArgumentValue {
  let range: Range<Int>

  package static var expectation: String { "the first and the last byte, such as 0-4095" }

  package init?(argument: ByteString) {
    let parts = argument.description.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = Int(parts[0]), let last = Int(parts[1]), first >= 0,
      first <= last, last < Int.max
    else { return nil }
    range = first..<last + 1
  }

  package var argumentText: String { "\(range.lowerBound)-\(range.upperBound - 1)" }
}
