internal import Arguments
internal import Git
internal import Platform
internal import Primitives
internal import Project

/// The settings of a project; a context has settings of its own.
private typealias ProjectSettings = Settings

/// Where the hooks of a repository lie, and who else has them.
struct HooksPlace {
  let files: GitHookFiles

  /// Whether `core.hooksPath` leads out of the repository, so that others may have the same hooks.
  let isOutside: Bool

  /// Whether they lie in the worktree, where git may track them.
  let isInWorktree: Bool

  init(of project: Project) throws(CommandFailure) {
    let git = project.git
    files = try explaining { () throws(GitError) in try git.hookFiles() }
    let directory = Self.resolved(files.directory)
    let common = Self.resolved(git.layout.commonDirectory)
    let isCommon = Self.lies(directory, in: common)
    isInWorktree = !isCommon && Self.lies(directory, in: Self.resolved(project.layout.worktree))
    isOutside = !isCommon && !isInWorktree
  }

  /// The directory without symlinks, as far as it is there.
  private static func resolved(_ path: FilePath) -> FilePath {
    if let found = try? path.resolved() { return found }
    let parent = path.parent
    return parent == path ? path : resolved(parent).appending(path.name)
  }

  private static func lies(_ path: FilePath, in directory: FilePath) -> Bool {
    path == directory || path.bytes.bytes.starts(with: directory.bytes.bytes + [UInt8(ascii: "/")])
  }

  /// Refuses hooks that other repositories have too, unless that was asked for, and a place where
  /// there can be none.
  func check(isSharingAllowed: Bool) throws(CommandFailure) {
    let kind: FileStatus.Kind?
    do {
      kind = try files.directory.statusIfPresent(followingSymlink: true)?.kind
    } catch {
      throw CommandFailure(error)
    }
    if let kind, kind != .directory {
      throw CommandFailure(
        .refused, id: "no-hooks", "Hooks are turned off: '\(files.directory)' is no directory",
        hints: ["Run `git config --unset core.hooksPath`, or name a directory there"])
    }
    guard isOutside, !isSharingAllowed else { return }
    throw CommandFailure(
      .refused, id: "hooks-shared",
      "Hooks lie outside this repository, and others may have the same: '\(files.directory)'",
      hints: [
        "Run the command with `--shared` to change them for all of these",
        "Run `git config core.hooksPath \"$(git rev-parse --git-common-dir)/hooks\"` for hooks of its own",
      ])
  }

  /// The hooks that words name; all of them where there are none.
  static func hooks(_ words: [ByteString]) throws(UsageError) -> [GitHook] {
    if words.isEmpty { return GitHook.allCases }
    var hooks: [GitHook] = []
    for word in words {
      guard let hook = word.text.flatMap({ GitHook(rawValue: $0) }) else {
        throw .invalidValue(
          word, of: "HOOK", expected: GitHook.allCases.map(\.rawValue).joined(separator: ", "))
      }
      if !hooks.contains(hook) { hooks.append(hook) }
    }
    return hooks
  }
}

extension CommandFailure {
  /// Two hooks that are not Shale's claim one name.
  init(blocked hook: GitHook, _ files: GitHookFiles) {
    self.init(
      .refused, id: "hook-in-the-way",
      "Hook '\(files.file(of: hook))' is not Shale's, and '\(files.former(of: hook))' is kept "
        + "already",
      hints: ["Remove the one of the two that is not needed, and run the command again"])
  }
}

extension CommandContext {
  /// Tells once, with the first command in a clone that plain git made, how to have hooks there.
  ///
  /// Git clones none, and a clone is known as new by having nothing of Shale's yet.
  func offerHooksInNewClone(_ project: Project) {
    let directory = project.layout.directory
    guard (try? directory.statusIfPresent()) == nil,
      project.configuration[ProjectSettings.hooks], let hooks = try? project.git.hookFiles(),
      (try? hooks.state(of: .postCheckout)) == .absent
    else { return }
    // Where nothing can be written there is no command that could go on anyway.
    guard (try? directory.makeDirectories()) != nil else { return }
    warn(
      Warning(
        id: "no-hooks",
        "Hooks of git do not come with a clone: `shale hooks install` lets plain git carry the data"
      ))
  }
}
