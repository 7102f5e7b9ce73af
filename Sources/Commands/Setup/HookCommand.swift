package import Arguments
internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// `shale hook`: what the hooks of git call.
package struct HookCommand: Command {
  package static let event = Operand<ByteString>("HOOK", help: "The hook: `pre-push`")
  package static let arguments = Operand<[ByteString]>("ARGUMENT", help: "What git tells the hook")

  package static let spec = CommandSpec(
    "hook",
    summary: "Do the work of a hook of git",
    discussion: """
      `shale hook pre-push REMOTE URL` reads from standard input which references git is about to
      push, as git tells its `pre-push` hook. Where `shale.verifyOnPush` is set it reads the data of
      those commits from the default Shale remote and hashes it, and keeps git from pushing what
      could not be restored. Otherwise it does nothing.
      """,
    parameters: [event, arguments],
    usage: ["pre-push REMOTE URL"],
    examples: [
      Example("shale hook pre-push origin https://example.com/code.git", "As `.git/hooks/pre-push`")
    ],
    result: VerifyReport.keys,
    statuses: [.damaged, .missing, .tryAgain],
    related: ["verify", "push"])

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    let event = try arguments[Self.event]
    guard event == "pre-push" else {
      throw .invalidValue(event, of: "HOOK", expected: "pre-push")
    }
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> VerifyReport {
    let project = try context.openProject(requiringSetUp: false)
    guard project.configuration[Settings.verifyOnPush] else { return VerifyReport.nothing }
    let input = try explaining { () throws(FileError) in try context.input(.mebibytes(16)) }
    let workspace = try context.workspace(of: project)
    var roots: [ClosureRoot] = []
    for (new, old) in Self.commits(in: input) {
      roots += try Self.roots(from: old, to: new, project, workspace)
    }
    if roots.isEmpty { return VerifyReport.nothing }
    let remote = try context.remote(nil, of: project)
    let place = try explaining { () throws(ProjectError) in try project.open(remote) }
    let proof = RestoreProof(
      project: project, store: place.store, remote: remote.name, sample: nil, context: context)
    return VerifyReport(try proof.run(roots.distinct, of: nil, called: "what git pushes"))
  }

  /// The commits that git is about to push, each with what the reference was there.
  ///
  /// A line is `<local ref> <local oid> <remote ref> <remote oid>`; zeros stand for nothing.
  static func commits(in input: [UInt8]) -> [(new: ByteString, old: ByteString?)] {
    input.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let fields = line.split(separator: UInt8(ascii: " ")).map { ByteString($0) }
      guard fields.count == 4, !fields[1].bytes.allSatisfy({ $0 == UInt8(ascii: "0") }) else {
        return nil
      }
      let isNew = fields[3].bytes.allSatisfy { $0 == UInt8(ascii: "0") }
      return (fields[1], isNew ? nil : fields[3])
    }
  }

  /// What the newest commit tracks, and what the ones before it, back to `old`, changed.
  private static func roots(
    from old: ByteString?, to new: ByteString, _ project: Project, _ workspace: Workspace
  ) throws(CommandFailure) -> [ClosureRoot] {
    let git = project.git
    // What is no commit, such as a tag of a file, has no data.
    guard let tip = try? git.commitID(of: new) else { return [] }
    var roots = try RestoreProof.roots(of: tip, project, workspace)
    var options = GitHistoryOptions()
    if let old, let known = try? git.commitID(of: old) {
      options.excluding = [known]
    } else {
      // For a new branch: what no remote of git has.
      let references = try explaining { () throws(GitError) in try git.references() }
      options.excluding = references.filter { $0.name.bytes.starts(with: "refs/remotes/".utf8) }
        .map(\.target)
    }
    let range = options
    var found: [ClosureRoot] = []
    try explaining { () throws(GitError) in
      try git.pointerHistory(from: [tip], range) { entry throws(GitError) in
        for change in entry.changes {
          guard let blob = change.new, let path = PointerFile.dataPath(of: change.path),
            case .success(let pointer) = try git.pointer(blob)
          else { continue }
          found.append(
            ClosureRoot(id: pointer.id, isTree: pointer.kind == .tree, path: path))
        }
        return true
      }
    }
    roots += found
    return roots
  }
}
