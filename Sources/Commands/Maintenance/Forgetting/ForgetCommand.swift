package import Arguments
internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
internal import Remotes
internal import Terminal

/// `shale forget`: removes contents for good, from the local store and from remotes.
package struct ForgetCommand: Command {
  package static let words = Operand<[ByteString]>(
    "PATH|REV:PATH|OID", atLeast: 1,
    help: "Data in all its versions, one version of it, or a content", completion: .files)
  package static let everywhere = Flag("everywhere", help: "Also from every remote")
  package static let lift = Flag("lift", help: "Let contents be stored again that were forgotten")
  package static let message = Option<ByteString?>(
    "message", short: "m", value: "TEXT", help: "Why: everybody who meets the gap can read it")
  package static let report = Option<ByteString?>(
    "report", value: "FILE", help: "Write the report there", completion: .files)
  package static let dryRun = Flag("dry-run", short: "n", help: "Show all, and change nothing")
  package static let yes = Flag("yes", short: "y", help: "Do not ask")

  package static let spec = CommandSpec(
    "forget",
    summary: "Remove contents for good, and say so where they are missed",
    discussion: """
      Shows every version, commit, run and model that it concerns, asks, and removes the bytes from
      the local store at once: packs that hold them are written anew without them, also in trash.
      With `--everywhere` it does the same on every remote. A tombstone stays, so that history can
      be read, `fsck` knows that it was intended, and nobody brings the bytes back. There is no undo.

      PATH means all its versions in all history, `REV:PATH` one of them, an oid that content
      wherever it lies. Data that the worktree still tracks is refused: remove it and record that
      first. Bytes that other contents have as well stay, and are told.

      It removes nothing from git, from files outside the stores, or from other clones: those hear of
      it at their next `shale fetch`.
      """,
    parameters: [everywhere, message, report, dryRun, yes, lift, words],
    examples: [
      Example("shale forget -n data/faces/ada.png", "Show what it would concern"),
      Example(
        "shale forget --everywhere -m 'consent withdrawn' data/faces/ada.png",
        "Remove all versions of a file, here and on every remote"),
      Example("shale forget HEAD~3:data/a.csv", "Remove one version"),
    ],
    result: ForgetReport.keys,
    statuses: [.missing, .damaged, .tryAgain],
    related: ["trace", "rm", "fsck"])

  private let words: [ByteString]
  private let isEverywhere: Bool
  private let lifts: Bool
  private let reason: ByteString
  private let reportFile: ByteString?
  private let isDryRun: Bool
  private let isConfirmed: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    words = try arguments[Self.words]
    isEverywhere = arguments[Self.everywhere]
    lifts = arguments[Self.lift]
    reason = try arguments[Self.message] ?? ""
    reportFile = try arguments[Self.report]
    isDryRun = arguments[Self.dryRun]
    isConfirmed = arguments[Self.yes]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ForgetReport {
    let project = try context.openProject()
    var work = try Forgetting(
      words, project, context, isEverywhere: isEverywhere, lifts: lifts, reason: reason)
    return try work.run(isDryRun: isDryRun, isConfirmed: isConfirmed, reportFile: reportFile)
  }
}
