package import Arguments
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
internal import Remotes
package import Terminal
internal import Workspace

/// `shale merge-pointer`: what git calls to merge two versions of a pointer.
///
/// Git has its index locked meanwhile, so nothing here reads or writes it, and the data of the
/// worktree is left alone.
package struct MergePointerCommand: Command {
  package static let base = Operand<ByteString>("BASE", help: "What both began with")
  package static let ours = Operand<ByteString>("OURS", help: "Our version, which gets the result")
  package static let theirs = Operand<ByteString>("THEIRS", help: "Their version")
  package static let path = Operand<ByteString>("PATH", help: "The path of the pointer")

  package static let spec = CommandSpec(
    "merge-pointer",
    summary: "Merge pointers, for git",
    discussion: """
      What git's merges call for pointers: `shale init` sets `merge.shale.driver`. Of directories,
      files that one side alone changed are merged. Where both sides changed the same file, or a
      directory that is needed is not in the store, OURS stays as it is and the command fails, so
      that git notes a conflict.
      """,
    parameters: [base, ours, theirs, path],
    examples: [
      Example("shale merge-pointer -- base ours theirs data.shale", "Merge two pointers of `data`")
    ],
    result: [
      ResultKey("path", "The tracked path"),
      ResultKey("oid", "What the merge comes to; left out in a conflict", isOptional: true),
      ResultKey(
        "conflicts", "What both sides changed differently, a thousand at most",
        each: ConflictReport.Entry.keys),
      ResultKey("count", "How much of that there is"),
    ],
    statuses: [.missing, .damaged],
    related: ["resolve"], isHidden: true)

  private let base: ByteString
  private let ours: ByteString
  private let theirs: ByteString
  private let path: ByteString

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    base = try arguments[Self.base]
    ours = try arguments[Self.ours]
    theirs = try arguments[Self.theirs]
    path = try arguments[Self.path]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> MergePointerReport {
    guard let pointer = try? RepositoryPath(path), let tracked = PointerFile.dataPath(of: pointer)
    else {
      throw CommandFailure(
        .usage, id: "not-a-pointer", "'\(path)' has not the name of a pointer",
        hints: ["Use the merge driver `shale` for `*.shale` only"])
    }
    let first = try bytes(of: base, context)
    let sides = PointerMerge.Sides(
      // Git gives an empty file where both sides added the pointer.
      base: first.isEmpty ? nil : try read(first, of: pointer),
      ours: try read(bytes(of: ours, context), of: pointer),
      theirs: try read(bytes(of: theirs, context), of: pointer))
    let project = try context.openProject(requiringSetUp: false)
    let store = try explaining { () throws(ProjectError) in try project.store() }
    let merge = try Self.merge(sides, at: tracked, in: store, project)
    if let missing = merge.missing.first {
      throw CommandFailure(WorkspaceError.mergeNeeds(tracked, missing))
    }
    guard merge.conflictCount == 0, let merged = merge.merged else {
      return MergePointerReport(path: tracked, merge, oid: nil)
    }
    try explaining { () throws(FileError) in
      try AtomicFile.replace(context.path(ours), with: merged.encoded(), durably: false)
    }
    return MergePointerReport(path: tracked, merge, oid: merged.id)
  }

  private func bytes(
    of word: ByteString, _ context: CommandContext
  ) throws(CommandFailure) -> [UInt8] {
    try explaining { () throws(FileError) in
      try OpenFile.forReading(context.path(word)).upTo(PointerFile.sizeLimit, at: 0)
    }
  }

  private func read(
    _ bytes: [UInt8], of pointer: RepositoryPath
  ) throws(CommandFailure) -> PointerFile {
    do {
      return try PointerFile(decoding: bytes)
    } catch {
      throw CommandFailure(WorkspaceError.pointer(pointer, error))
    }
  }

  /// Merges the sides, and stores what comes of it: durably, for git may commit it at once.
  private static func merge(
    _ sides: PointerMerge.Sides, at path: RepositoryPath, in store: ObjectStore, _ project: Project
  ) throws(CommandFailure) -> PointerMerge {
    let writer = try explaining { () throws(StoreError) in
      try store.writer(compression: project.configuration[Settings.compression])
    }
    let merge = try explaining { () throws(WorkspaceError) in
      try PointerMerge(sides, at: path, in: store, writer: writer)
    }
    guard merge.isClean, let merged = merge.merged else { return merge }
    _ = try explaining { () throws(StoreError) in try writer.finish(durably: true) }
    try explaining { () throws(ProjectError) in
      try project.registerRoots([
        CloneRoot(id: merged.id, isTree: merged.kind == .tree, path: path)
      ])
    }
    return merge
  }
}

/// What a merge of pointers comes to.
package struct MergePointerReport: Report {
  package let path: RepositoryPath

  /// What the path is after the merge; `nil` where somebody has to choose.
  package let oid: ObjectID?

  private let conflicts: [ConflictReport.Entry]
  private let count: Int

  init(path: RepositoryPath, _ merge: PointerMerge, oid: ObjectID?) {
    self.path = path
    self.oid = oid
    conflicts = merge.conflicts.map(ConflictReport.Entry.init)
    count = merge.conflictCount
  }

  package var failure: CommandFailure? {
    if oid != nil { return nil }
    return CommandFailure(
      WorkspaceError.undecided(path, Array(conflicts.prefix(10).map(\.path)), count: count))
  }

  /// Says nothing on standard output: what git prints there is read by programs.
  package func write(to _: inout StyledText) {}
}
