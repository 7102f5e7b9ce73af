package import Arguments
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale show-pointer`: what git calls to show a pointer in a diff.
package struct ShowPointerCommand: Command {
  package static let file = Operand<ByteString>("FILE", help: "A pointer", completion: .files)

  package static let spec = CommandSpec(
    "show-pointer",
    summary: "Show a pointer as text, for git",
    discussion: """
      What `git diff`, `git show` and `git log -p` call for pointers: `shale init` sets
      `diff.shale.textconv`. It tells the kind, oid and size, and lists a directory file by file as
      far as the store has it: a thousand lines at most, of larger ones the upper levels. A file that
      is no pointer is printed as it is.
      """,
    parameters: [file],
    examples: [Example("shale show-pointer data.shale", "See what a pointer stands for")],
    result: [
      ResultKey("kind", "`file` or `tree`; left out for what is no pointer", isOptional: true),
      ResultKey("oid", "What it stands for", isOptional: true),
      ResultKey("size", "Its size in bytes", isOptional: true),
      ResultKey("files", "How many files there are", isOptional: true),
      ResultKey("source", "Where imported data came from", isOptional: true),
      ResultKey(
        "entries", "What the directory holds, a thousand at most",
        each: [
          ResultKey("path", "The path from the directory on"),
          ResultKey("kind", "`file`, `executable`, `symlink` or `directory`"),
          ResultKey("oid", "Its oid"), ResultKey("size", "Its size in bytes"),
        ]),
      ResultKey("isListed", "Whether every file of a directory is among them"),
    ],
    related: ["diff"], isHidden: true)

  private let file: ByteString

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    file = try arguments[Self.file]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ShowPointerReport {
    let place = context.path(file)
    let bytes = try explaining { () throws(FileError) in
      try place.contents(limit: Self.limit)
    }
    guard case .success(let pointer) = PointerFile.reading(bytes) else {
      // Somebody wants to see what is wrong with it, byte for byte.
      if !context.settings.isJSON {
        try explaining { () throws(FileError) in try context.output.bytes.write(bytes.span) }
      }
      return ShowPointerReport(nil, .none)
    }
    guard pointer.kind == .tree, let store = Self.store(context) else {
      return ShowPointerReport(pointer, .none)
    }
    return ShowPointerReport(pointer, TreeListing(of: pointer, in: store))
  }

  /// A larger file is shown by who asked: it is none that Shale would have written.
  private static let limit = ByteCount.mebibytes(16)

  /// The store of the clone, if there is one: nothing is made, and nothing else said, for a diff.
  private static func store(_ context: CommandContext) -> ObjectStore? {
    guard let project = try? context.openProject(requiringSetUp: false),
      (try? project.layout.store.appending("format").statusIfPresent(followingSymlink: true))
        ?? nil != nil
    else { return nil }
    return try? project.store()
  }
}

/// A pointer, as a diff shows it.
package struct ShowPointerReport: Report {
  private let kind: PointerFile.Kind?
  private let oid: ObjectID?
  private let size: ByteCount?
  private let files: Int?
  private let source: ByteString?
  private let entries: [Entry]
  private let isListed: Bool
  private let others: [(String, ByteString)]
  private let isHere: Bool

  /// One name in the directory.
  private struct Entry: Encodable {
    let path: RepositoryPath
    let kind: String
    let oid: ObjectID
    let size: ByteCount
  }

  private enum CodingKeys: CodingKey {
    case kind, oid, size, files, source, entries, isListed
  }

  init(_ pointer: PointerFile?, _ listing: TreeListing) {
    kind = pointer?.kind
    oid = pointer?.id
    size = pointer?.size
    files = pointer?.kind == .tree ? pointer?.files : nil
    source = pointer?.source?.location
    let details: [(String, ByteString?)] = [
      ("source", pointer?.source?.location), ("source-path", pointer?.source?.path),
      ("source-rev", pointer?.source?.revision),
    ]
    others = details.compactMap { name, value in value.map { (name, $0) } }
    entries = listing.entries.map {
      Entry(path: $0.path, kind: $0.entry.kind.word, oid: $0.entry.id, size: $0.entry.size)
    }
    isListed = listing.isComplete
    isHere = listing.isHere
  }

  package func write(to text: inout StyledText) {
    guard let kind, let oid, let size else { return }
    // Whole numbers in the order of a pointer: a diff of two of them shows what became another.
    text.line("\(kind == .tree ? "directory" : "file")")
    text.line("oid \(oid.abbreviated)")
    text.line("size \(size) (\(size.bytes) bytes)")
    if let files { text.line("files \(files)") }
    for (name, value) in others { text.line("\(name) \(value)") }
    for entry in entries {
      text.line("  \(entry.kind) \(entry.oid.abbreviated) \(entry.size.bytes) \(entry.path)")
    }
    guard kind == .tree else { return }
    if !isHere {
      text.line("  its files are not in the store: shale fetch brings them")
    } else if !isListed {
      text.line("  … larger than what is listed here: shale diff lists every file that differs")
    }
  }
}
