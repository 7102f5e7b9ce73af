package import Primitives

extension GitRepository {
  /// Moves a ref, and nothing else: index and worktree stay, as with `git reset --soft`.
  ///
  /// - Parameters:
  ///   - name: The full name of a branch, or `HEAD` where no branch is checked out.
  ///   - old: Where it has to lead to now; `nil` for a branch without commits.
  ///   - new: Where it is to lead to; `nil` removes it, which leaves a branch without commits.
  ///   - reason: What its reflog is told.
  /// - Throws: ``GitError/gitFailed(command:status:message:)`` where it leads elsewhere by now, or
  ///   ``GitError/gitMissing(for:)``.
  package func moveReference(
    _ name: ByteString, from old: GitID?, to new: GitID?, reason: ByteString
  ) throws(GitError) {
    var arguments: [ByteString] = ["update-ref", "--no-deref", "-m", reason]
    let name = try GitProgram.checked(name)
    let before = ByteString((old ?? .zero).hex)
    arguments += new.map { [name, ByteString($0.hex), before] } ?? ["-d", name, before]
    try program.run(arguments, in: .repository(layout), reason: .command("update-ref"))
  }

  /// The value that one file of settings has for a key, or `nil` where it has none.
  ///
  /// - Throws: ``GitError/configKey(_:)``, or what reading the file throws.
  package func configured(
    _ key: String, at level: GitConfig.Level
  ) throws(GitError) -> ByteString? {
    let path =
      level == .global
      ? ConfigSources(environment: environment).writableUserFile
      : ConfigSources.repository(layout).first?.path
    guard let path else { throw .configKey(key) }
    return try GitConfigFile(at: path).value(key)
  }
}
