internal import Platform
internal import Primitives

/// Whether the repository belongs to who runs this, or `safe.directory` allows another's.
///
/// A repository's configuration can name programs to run, so one that another user could write is
/// not opened. The rules are those of git 2.39. libgit2's own check is off: it does not see
/// `GIT_CONFIG_GLOBAL` and `GIT_CONFIG_COUNT`, and it opens the configuration before it looks.
struct Ownership {
  let environment: [ByteString: ByteString]

  /// - Throws: ``GitError/notOwned(_:)``.
  func check(
    linkFile: FilePath?, worktree: FilePath?, gitDirectory: FilePath
  ) throws(GitError) {
    var isOwned = true
    for path in [linkFile, worktree, gitDirectory] {
      guard let path else { continue }
      if try !isOwnedByUser(path) { isOwned = false }
    }
    if isOwned { return }
    let name = worktree ?? gitDirectory
    guard try isAllowed(name) else { throw .notOwned(name) }
  }

  private func isOwnedByUser(_ path: FilePath) throws(GitError) -> Bool {
    let owner: UInt32
    do {
      owner = try path.status().owner
    } catch {
      throw .file(error)
    }
    let user = Machine.userID
    if owner == user { return true }
    // Under sudo, root works on the repositories of who called it.
    guard user == 0, let caller = environment["SUDO_UID"]?.text.flatMap(UInt32.init) else {
      return false
    }
    return owner == caller
  }

  private func isAllowed(_ path: FilePath) throws(GitError) -> Bool {
    let config = try GitConfig.protected(environment: environment)
    var isAllowed = false
    for entry in try config.entries("safe.directory") {
      let value = entry.value ?? ""
      if value.isEmpty {
        isAllowed = false
      } else if value == "*" {
        isAllowed = true
      } else if value.bytes.count > 2, value.bytes.suffix(2).elementsEqual("/*".utf8) {
        let prefix = value.bytes.dropLast()
        if path.bytes.bytes.starts(with: prefix) { isAllowed = true }
      } else {
        let allowed = try config.path(from: value, key: "safe.directory")
        if allowed == path || (try? allowed.resolved()) == path { isAllowed = true }
      }
    }
    return isAllowed
  }
}
