package import Arguments
internal import Platform
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale import`: tracks data of another place, and remembers where it came from.
package struct ImportCommand: Command {
  package static let source = GetCommand.source
  package static let path = GetCommand.path
  package static let output = Option<ByteString?>(
    "output", short: "o", value: "DIR",
    help: "The directory of this repository to put it in; the current one if left out",
    completion: .directories)
  package static let revision = GetCommand.revision
  package static let expected = GetCommand.expected

  package static let spec = CommandSpec(
    "import",
    summary: "Track data of elsewhere, and remember its source",
    discussion: """
      Does what `shale get` does, in a repository: the content goes into the local store, and a
      pointer is written and staged that says where the data came from, at which path and commit.
      `shale update` looks there for something newer. Data that lies there already is kept where it
      is the same, and refused otherwise.
      """,
    parameters: [output, revision, expected, source, path],
    examples: [
      Example(
        "shale import git@example.com:team/flowers.git data/train --rev v1.2 -o data",
        "Track a directory of another repository")
    ],
    result: ImportReport.keys,
    statuses: [.denied, .damaged, .missing, .tryAgain],
    related: ["update", "get"])

  private let operands: SourceOperands
  private let output: ByteString?

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    operands = try SourceOperands(
      source: arguments[Self.source], path: arguments[Self.path],
      revision: arguments[Self.revision], expected: arguments[Self.expected])
    output = try arguments[Self.output]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> ImportReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let directory = output.map(context.path) ?? context.workingDirectory
    let place = directory.appending(operands.path.name)
    let path = try context.repositoryPaths([place.bytes], in: project)[0]
    try explaining { () throws(WorkspaceError) in try workspace.checkUntracked([path]) }
    let importing = Importing(project: project, workspace: workspace, context: context)
    let step = try importing.step(
      operands.find(keepingSource: true, in: context), at: path, replacing: nil)
    let outcome = try importing.run([step], as: ["import"])
    return ImportReport(
      step, origin: outcome.origins[0], checkout: CheckoutCommandReport(outcome.checkout))
  }
}

/// What `shale import` brought.
package struct ImportReport: Report {
  package let path: RepositoryPath
  package let oid: ObjectID
  package let size: ByteCount
  package let files: Int

  /// Where it came from, as its pointer says.
  package let source: ByteString
  package let sourcePath: RepositoryPath
  package let commit: String

  /// Which place had the bytes; nothing where the local store did.
  package let origin: String?
  package let bytesFetched: ByteCount
  package let checkout: CheckoutCommandReport

  package var isConfirmation: Bool { true }
  package var failure: CommandFailure? { checkout.failure }

  private enum CodingKeys: CodingKey {
    case path, oid, size, files, source, sourcePath, commit, origin, bytesFetched, checkout
  }

  init(
    _ step: Importing.Step, origin: SourceBringing.Outcome, checkout: CheckoutCommandReport
  ) {
    path = step.path
    oid = step.pointer.id
    size = step.pointer.size
    files = step.pointer.files
    source = step.item.source.location
    sourcePath = step.item.path
    commit = step.item.commit
    self.origin = origin.origin
    bytesFetched = origin.bytes
    self.checkout = checkout
  }

  package func write(to text: inout StyledText) {
    let place: StyledString = "\(source, .remote) at \(String(commit.prefix(10)), .commit)"
    text.line("\("imported", .added) \(path, .path) from \(place)")
    checkout.writeChanges(to: &text)
  }
}

extension ImportReport {
  /// The keys of its JSON.
  static let keys = [
    ResultKey("path", "Where it is tracked now"),
    ResultKey("oid", "What it is"),
    ResultKey("size", "Its size in bytes"),
    ResultKey("files", "How many files there are; 1 for a file"),
    ResultKey("source", "Where it came from, as its pointer says"),
    ResultKey("sourcePath", "Its path there"),
    ResultKey("commit", "The commit there"),
    ResultKey(
      "origin", "Which place had the bytes; left out where the local store did", isOptional: true),
    ResultKey("bytesFetched", "How many bytes were read from there, as stored"),
    ResultKey("checkout", "What became of the worktree", of: CheckoutCommandReport.keys),
  ]
}
