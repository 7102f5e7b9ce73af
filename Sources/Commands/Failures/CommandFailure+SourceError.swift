internal import Git
internal import ObjectStore
internal import Primitives
package import Project
internal import Remotes
internal import Terminal
internal import Workspace

extension CommandFailure {
  /// Explains why data could not be found at a source.
  package init(_ error: SourceError) {
    let message = error.description
    func refused(_ id: String, _ hints: String...) -> Self {
      Self(.refused, id: id, message, hints: hints)
    }
    switch error {
    case .address(_, .credentials):
      self.init(
        .usage, id: "bad-source", message,
        hints: ["Leave it out, and let git ask a credential helper: see `git help credentials`"])
    case .address:
      self.init(
        .usage, id: "bad-source", message,
        hints: ["Name a directory, or an address such as git@example.com:team/models.git"])
    case .vanished:
      self.init(
        .tryAgain, id: "source-vanished", message,
        hints: ["Check the path, and that it is mounted, and run the command again"])
    case .notTracked(_, _, let known) where known.isEmpty:
      self = refused("not-found", "Run `shale ls` in a clone of it to see what is tracked")
    case .notTracked(_, _, let known):
      self = refused("not-found", "It tracks \(Self.list(known.map(\.description)))")
    case .aboveTracked:
      self = refused("not-found", "Name one of them at a time")
    case .unknownRevision(_, let known) where known.isEmpty:
      self = refused("unknown-revision", "Run `git log` in a clone of it to see commits")
    case .unknownRevision(_, let known):
      self = refused("unknown-revision", "It has \(Self.list(known.map(\.description)))")
    case .revisionNeeded(_, let known):
      self.init(
        .usage, id: "revision-needed", message,
        hints: ["Choose with `--rev` among \(Self.list(known.map(\.description)))"])
    case .ambiguousRevision: self = refused("unknown-revision", "Give more of its digits")
    case .relativeRemote(let name, _):
      self = refused(
        "relative-remote",
        "Run `git config --global shale-remote.\(name).url DIRECTORY` to say where it is here",
        "Or name a clone on this machine as the source")
    case .noRemote:
      self = refused("no-remote", "Run `shale remote add` and `shale push` in a clone of it")
    case .pointer(_, .newerVersion), .pointer(_, .unknownKey):
      self = refused("newer-pointer", "Upgrade shale")
    case .pointer:
      self.init(
        .damaged, id: "bad-pointer", message, hints: ["Name another revision with `--rev`"])
    case .git(.gitFailed):
      self = refused(
        "git-failed", "Run `git ls-remote -- ADDRESS` to see whether git can read it")
    case .git(let error): self.init(error)
    case .project(let error): self.init(error)
    case .remote(let error): self = Self(error).ofSource()
    }
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 10 ? "\(shown) and \(grouped(names.count - 10)) more" : shown
  }

  /// The same of a store that is not the clone's own, where advice about the clone is of no use.
  func ofSource() -> Self {
    switch id {
    case "object-missing", "object-damaged":
      Self(kind, id: id, message, hints: [Self.sourceHint])
    default: self
    }
  }

  /// What helps where a source lacks something, or has it damaged.
  static let sourceHint = "Run `shale push` in the clone that made it, and then this again"
}
