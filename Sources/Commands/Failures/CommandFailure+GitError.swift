package import Git

extension CommandFailure {
  /// Explains what git's part could not do.
  package init(_ error: GitError) {
    let message = error.description
    switch error {
    case .notARepository:
      self.init(
        .refused, id: "not-a-repository", message,
        hints: ["Go to a git repository, or make one here with `shale init --git`"])
    case .brokenLink, .missingObject, .missingTarget, .badReference, .badPath:
      self.init(.refused, id: "git-damaged", message, hints: ["Run `git fsck`"])
    case .configSyntax(let path, _, .conflict):
      self.init(
        .usage, id: "config-conflict", message,
        hints: ["Keep the lines that are right, remove the markers, and `git add '\(path)'`"])
    case .configSyntax:
      self.init(.usage, id: "config-syntax", message, hints: ["Correct the file in an editor"])
    case .indexDamaged(let path):
      self.init(
        .refused, id: "git-damaged", message,
        hints: ["Set it aside (`mv '\(path)' '\(path).bad'`), and run `git reset`"])
    case .notOwned(let path):
      self.init(
        .denied, id: "not-owned", message,
        hints: ["If you trust it, run `git config --global --add safe.directory '\(path)'`"])
    case .unsupportedFormat(_, let problem):
      self.init(.refused, id: "git-format", message, hints: [Self.advice(about: problem)])
    case .noWorktree:
      self.init(
        .refused, id: "bare-repository", message,
        hints: ["Clone the repository, and run the command in the clone"])
    case .outsideWorktree:
      self.init(
        .usage, id: "outside-repository", message,
        hints: ["Name a path inside the repository"])
    case .unknownRevision, .ambiguousRevision, .wrongKind:
      self.init(.refused, id: "unknown-revision", message, hints: ["Run `git log` to see commits"])
    case .notInRevision:
      self.init(
        .refused, id: "not-found", message, hints: ["Run `shale ls` to see what is tracked"])
    case .tooLarge, .emptyMessage, .badArgument:
      self.init(.usage, id: "bad-argument", message)
    case .unmerged:
      self.init(
        .refused, id: "unmerged", message,
        hints: ["Resolve the conflict, `git add` the files, and run the command again"])
    case .locked(let path):
      self.init(
        .tryAgain, id: "git-locked", message,
        hints: ["Wait for the other git command; if none runs, remove '\(path)'"])
    case .branchMoved:
      self.init(.tryAgain, id: "branch-moved", message, hints: ["Run the command again"])
    case .identityMissing, .identityInvalid:
      self.init(
        .usage, id: "identity-missing", message,
        hints: [
          "Run `git config --global user.name 'Your Name'`",
          "Run `git config --global user.email you@example.com`",
        ])
    case .configValue, .configKey, .configSeveralValues:
      self.init(.usage, id: "git-config", message)
    case .gitMissing, .gitTooOld:
      self.init(.refused, id: "git-needed", message, hints: ["Install git 2.30 or newer"])
    case .gitFailed, .gitOutput, .libgit2:
      self.init(
        .refused, id: Self.noSpace.contains { message.contains($0) } ? "no-space" : "git-failed",
        message, hints: Self.advice(onFailure: message))
    case .file(let error):
      self.init(error)
    }
  }

  /// What git and its library say of a full file system or quota.
  private static let noSpace = ["No space left on device", "Out of diskspace", "quota exceeded"]

  /// What git says where it does not tell why.
  private static let unwritten = ["couldn't write", "unable to write", "write error"]

  private static func advice(onFailure message: String) -> [String] {
    if noSpace.contains(where: { message.contains($0) }) {
      return ["Make room on that file system or raise the quota, and run the command again"]
    }
    let status = "Run `git status` to see whether git itself works here"
    guard unwritten.contains(where: { message.contains($0) }) else { return [status] }
    return ["Make room if the file system is full or the quota reached", status]
  }

  private static func advice(about problem: GitFormatProblem) -> String {
    switch problem {
    case .objectFormat, .referenceStorage:
      "Work in a repository of the form that `git init` makes unless told otherwise"
    case .version, .extension: "Upgrade shale"
    }
  }
}
