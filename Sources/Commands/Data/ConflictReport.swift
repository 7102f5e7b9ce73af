internal import Arguments
internal import Primitives
internal import Terminal
internal import Workspace

/// A tracked path that a merge left in conflict, as reports tell it.
package struct ConflictReport: Encodable, Sendable {
  /// One thing that both sides changed differently.
  package struct Entry: Encodable, Sendable {
    let path: RepositoryPath
    let kind: MergeConflict.Kind

    init(_ conflict: MergeConflict) {
      path = conflict.path
      kind = conflict.kind
    }

    /// Writes the entry as one line.
    func write(to text: inout StyledText) {
      text.line("  \(kind.rawValue, .conflict) \(path, .path)")
    }
  }

  let path: RepositoryPath
  let kind: MergeConflict.Kind
  let files: [Entry]

  /// How many files both sides changed differently; 0 where the sides can be merged.
  let count: Int

  /// Directories that a merge depends on and that are not in the store.
  let missing: [RepositoryPath]

  /// Why the sides cannot be compared.
  let problem: String?

  init(_ status: ConflictStatus) {
    path = status.path
    kind = status.kind
    files = status.conflicts.map(Entry.init)
    count = status.count
    missing = status.missing.map(\.path)
    problem = status.problem
  }

  /// Tells what is in conflict, and what to type.
  func write(to text: inout StyledText) {
    let name = shellWord(path)
    let resolve: StyledString = "\("shale resolve \(name)", .command)"
    if let problem {
      text.line("\("conflict", .conflict) \(path, .path): one side cannot be read: \(problem)")
      text.line(
        "  \(resolve) with \("--whole --ours", .command) or \("--whole --theirs", .command) takes a side"
      )
      return
    }
    if let first = missing.first {
      text.line(
        "\("conflict", .conflict) \(path, .path): directory \(first, .path) of one side is not here"
      )
      text.line("  run \("shale fetch", .command), then \(resolve)")
      return
    }
    if count == 0 {
      text.line("\("conflict", .conflict) \(path, .path): \(resolve) merges its sides")
      return
    }
    // The path by itself says it with one line.
    let only = files.count == 1 && files.first?.path == path
    let what = only ? files[0].kind.rawValue : "both sides changed \(counted(count, "file"))"
    text.line("\("conflict", .conflict) \(path, .path): \(what)")
    let limit = text.verbosity == .verbose ? files.count : 20
    for file in only ? [] : files.prefix(limit) { file.write(to: &text) }
    if count > limit { text.line("  … and \(grouped(count - limit)) more") }
    let sides: StyledString = "\("--ours", .command), \("--theirs", .command)"
    text.line(
      "  \(resolve) with \(sides), \("--base", .command) or \("--both", .command) ends it")
  }
}

extension ConflictReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("path", "The tracked path"),
    ResultKey(
      "kind",
      "`both-modified`, `both-added`, `deleted-by-us`, `deleted-by-them`, `different-kinds` or `source`"
    ),
    ResultKey("files", "What both sides changed differently, a thousand at most", each: Entry.keys),
    ResultKey("count", "How much of that there is; 0 where the sides can be merged"),
    ResultKey("missing", "Directories that a merge depends on and that are not in the store"),
    ResultKey("problem", "Why the sides cannot be compared, in words", isOptional: true),
  ]
}

extension ConflictReport.Entry {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("path", "The file or directory"),
    ResultKey(
      "kind",
      "`both-modified`, `both-added`, `deleted-by-us`, `deleted-by-them`, `different-kinds` or `source`"
    ),
  ]
}
