package import Arguments
internal import Lineage
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
internal import Remotes
internal import Terminal

/// `shale gc`: takes out of a store what nobody can come back for.
package struct GCCommand: Command {
  package static let remote = Option<ByteString?>(
    "remote", short: "r", value: "NAME", help: "Collect in this remote instead of the local store",
    completion: .remotes)
  package static let grace = Option<ByteString?>(
    "grace", value: "TIME", help: "For how long things can be had back, instead of `shale.gcGrace`")
  package static let force = Flag("force", short: "f", help: "Allow `--grace 0`")
  package static let dryRun = Flag("dry-run", short: "n", help: "Show what would go")

  package static let spec = CommandSpec(
    "gc",
    summary: "Make room: take away what nobody can come back for",
    discussion: """
      Kept is all that a branch, tag, stash or reflog leads to, what is staged, pointed to or being
      brought in any worktree, every run, pins, what commands replaced within the grace, and what
      other clones of a shared store registered; in a remote, what was pushed. Where any of that
      cannot be read, nothing is done.

      What goes is shown first, and goes to the store's trash: what is needed again until the grace
      is over comes back by itself. What went there longer ago is removed for good.
      """,
    parameters: [remote, grace, force, dryRun],
    examples: [
      Example("shale gc --dry-run", "See what would go, and how much room it takes"),
      Example("shale gc", "Make room in the local store"),
      Example("shale gc --remote origin", "Take away what interrupted pushes left in a remote"),
    ],
    result: GCReport.keys,
    statuses: [.damaged, .tryAgain],
    related: ["fsck", "runs prune"])

  private let remote: ByteString?
  private let seconds: Int?
  private let isDryRun: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    remote = try arguments[Self.remote]
    isDryRun = arguments[Self.dryRun]
    let word = try arguments[Self.grace]
    let interval = word?.text.flatMap { RunInterval($0) }
    if let word, interval == nil {
      throw .invalidValue(word, of: "--grace", expected: "a length of time such as 30d or 2w")
    }
    seconds = interval.map { Int($0.seconds) }
    if seconds == 0, !arguments[Self.force] {
      throw .invalidValue(
        word ?? "0", of: "--grace", expected: "more than nothing, or `--force` with it")
    }
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> GCReport {
    let project = try context.openProject()
    var options = CollectionOptions()
    options.graceSeconds = seconds ?? project.configuration[Settings.gcGrace]
    if seconds == 0 {
      context.warn(
        Warning(
          id: "no-grace", "Nothing that commands replaced is kept, and trash is emptied at once",
          hints: ["Run `shale gc` without `--grace 0` to be able to go back"]))
    }
    let subject = try subject(in: context, project, grace: options.graceSeconds)
    return try Collection(subject, project, options, isDryRun: isDryRun).run(in: context)
  }

  private func subject(
    in context: CommandContext, _ project: Project, grace: Int
  ) throws(CommandFailure) -> CollectedStore {
    guard let remote else {
      let store = try explaining { () throws(ProjectError) in try project.store() }
      return CollectedStore(store: store, remote: nil) { () throws(ProjectError) in
        try project.storeRoots(grace: grace)
      }
    }
    let place = try context.remote(remote, of: project)
    let opened = try explaining { () throws(ProjectError) in
      try project.open(place, isWriting: !isDryRun)
    }
    return CollectedStore(store: opened.store, remote: opened.remote.name) {
      () throws(ProjectError) in try Project.storeRoots(of: opened)
    }
  }
}

/// A store that is collected, and who knows what it has to keep.
struct CollectedStore {
  let store: ObjectStore

  /// The remote that it is; `nil` for the clone's own.
  let remote: RemoteName?

  /// Reads everything that has to be kept.
  let roots: () throws(ProjectError) -> StoreRoots
}
