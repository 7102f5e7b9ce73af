package import Arguments
internal import Git
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
internal import Remotes
internal import Workspace

/// `shale verify`: proves that a commit can be restored from one place alone.
package struct VerifyCommand: Command {
  package static let revision = Operand<ByteString?>(
    "REV", help: "The commit; the current one if none is given", completion: .revisions)
  package static let remote = Option<ByteString?>(
    "remote", short: "r", value: "NAME", help: "From this remote instead of the local store",
    completion: .remotes)
  package static let sample = Option<ByteString?>(
    "sample", value: "N%", help: "Look everything up, and read only this share of the files")
  package static let seed = Option<Int?>(
    "seed", value: "N", help: "Choose the files of an earlier sample again")
  package static let all = Flag("all", help: "All commits of all branches and tags")
  package static let list = Flag("list", help: "Show what was proven before")

  package static let spec = CommandSpec(
    "verify",
    summary: "Prove that a commit can be restored",
    discussion: """
      Reads all that a commit tracks from one store alone, the local one or a remote's, and hashes
      every byte; no other place helps out. The outcome is written down with the time, so that
      `shale verify --list` tells when what was last known to be safe, and where.
      """,
    parameters: [remote, sample, seed, all, list, revision],
    examples: [
      Example("shale verify", "Read all of the current commit from the local store"),
      Example("shale verify v1.0 --remote origin", "Could v1.0 be restored from the remote?"),
      Example("shale verify -r origin --sample 5%", "Look up everything, read a twentieth"),
      Example("shale verify --list", "Show what was proven before"),
    ],
    result: VerifyReport.keys,
    statuses: [.damaged, .missing, .tryAgain],
    related: ["fsck", "repair", "push"])

  private let revision: ByteString?
  private let remote: ByteString?
  private let sample: ClosureVerification.Sample?
  private let isAll: Bool
  private let isList: Bool

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    revision = try arguments[Self.revision]
    remote = try arguments[Self.remote]
    isAll = arguments[Self.all]
    isList = arguments[Self.list]
    let seed = try arguments[Self.seed]
    let text = try arguments[Self.sample]
    guard let text else {
      sample = nil
      return
    }
    let drawn = RandomBytes.make(4).reduce(0) { $0 << 8 | UInt64($1) }
    let percent = (text.text ?? "").hasSuffix("%") ? (text.text ?? "").dropLast() : "\(text)"[...]
    guard
      let sample = ClosureVerification.Sample(
        percent: String(percent), seed: seed.map { UInt64(clamping: $0) } ?? drawn)
    else {
      throw .invalidValue(text, of: "--sample", expected: "a share such as 5%, up to 100%")
    }
    self.sample = sample
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> VerifyReport {
    let project = try context.openProject()
    if isList {
      let log = VerificationLog(project.layout.verified)
      let found = try explaining { () throws(FileError) in try log.records() }
      return VerifyReport(listing: found.records)
    }
    let workspace = try context.workspace(of: project)
    var place: RemoteStore?
    if let remote {
      let named = try context.remote(remote, of: project)
      place = try explaining { () throws(ProjectError) in try project.open(named) }
    }
    let proof = RestoreProof(
      project: project, store: place?.store ?? workspace.store, remote: place?.remote.name,
      sample: sample, context: context)
    if isAll {
      let uses = try TrackedUses(
        of: project, workspace, past: PastContents(project), includesHistory: true)
      return VerifyReport(
        try proof.run(uses.roots.distinct, of: nil, called: "all commits"))
    }
    let name = revision ?? "HEAD"
    let commit = try explaining { () throws(GitError) in try project.git.commitID(of: name) }
    let roots = try RestoreProof.roots(of: commit, project, workspace)
    return VerifyReport(try proof.run(roots, of: commit, called: name))
  }
}
