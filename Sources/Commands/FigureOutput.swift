internal import Platform
internal import Primitives
internal import Project
internal import Workspace

/// The file that figures are written to: never one that somebody else made.
struct FigureOutput {
  let word: ByteString

  /// The option that names the file: `--output`.
  let option: String
  let context: CommandContext
  let project: Project
  let workspace: Workspace

  /// Whether a file that Shale did not draw is overwritten; `nil` where nobody can ask for that.
  let isForced: Bool?

  /// How much of a file tells whether Shale drew it.
  private static let headSize = ByteCount.kibibytes(1)

  /// What only our pages, and only our charts, begin with.
  private static let marks = [
    "name=\"generator\" content=\"Shale\"",
    "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\"",
  ]

  /// Refuses a place where nothing may be written.
  ///
  /// - Throws: ``CommandFailure`` for tracked data, for what belongs to git or Shale, for devices and
  ///   the like, and, unless forced, for a file that Shale did not draw.
  func check() throws(CommandFailure) {
    let place = context.path(word)
    if let path = (try? context.repositoryPaths([word], in: project))?.first {
      try checkTracked(path)
    }
    let status = try explaining { () throws(FileError) in try place.statusIfPresent() }
    guard let status else { return }
    if status.kind == .directory {
      throw refusal("is a directory", hint: "Name a file in it: `\(option)`")
    }
    if status.kind == .special {
      throw refusal("is no regular file", hint: "Name another file: `\(option) FILE`")
    }
    if isForced == true { return }
    let force = isForced == nil ? "" : ", or use `--force`"
    guard status.kind == .file, try isOurs(place) else {
      throw refusal(
        "exists, and was not drawn by Shale",
        hint: "Name another file: `\(option) FILE`\(force)")
    }
  }

  /// Puts a text in the place of what was there.
  func write(_ text: String) throws(CommandFailure) {
    try explaining { () throws(FileError) in
      try AtomicFile.replace(context.path(word), with: Array(text.utf8), durably: false)
    }
  }

  private func checkTracked(_ path: RepositoryPath) throws(CommandFailure) {
    let tracked = try explaining { () throws(WorkspaceError) in try workspace.trackedPaths() }
    if let outer = tracked.first(where: { path.isWithin($0.path) }) {
      throw refusal(
        "is tracked data, or lies in '\(outer.path)'",
        hint: "Name a file outside of it: `\(option) FILE`")
    }
    let first = path.components.first
    if first == ".git" || first == ".shale" || PointerFile.isPointerName(context.path(word).name) {
      throw refusal("belongs to git or Shale", hint: "Name another file: `\(option) FILE`")
    }
  }

  private func isOurs(_ place: FilePath) throws(CommandFailure) -> Bool {
    let head = try explaining { () throws(FileError) in
      try OpenFile.forReading(place, followingSymlink: false).upTo(Self.headSize, at: 0)
    }
    let text = String(decoding: head, as: UTF8.self)
    return Self.marks.contains { text.contains($0) }
  }

  private func refusal(_ problem: String, hint: String) -> CommandFailure {
    CommandFailure(
      .refused, id: "output-refused", "Output '\(word)' \(problem)", hints: [hint])
  }
}
