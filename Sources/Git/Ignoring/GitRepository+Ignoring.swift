internal import CGit2
internal import Platform
package import Primitives

extension GitRepository {
  /// Whether git's ignore rules leave a path out.
  ///
  /// - Parameters:
  ///   - path: The path, which need not exist.
  ///   - isDirectory: Whether it is, or would be, a directory.
  package func isIgnored(
    _ path: RepositoryPath, isDirectory: Bool
  ) throws(GitError) -> Bool {
    if path.isRoot { return false }
    let name = isDirectory ? path.bytes.bytes + [UInt8(ascii: "/")] : path.bytes.bytes
    return try withHandle { handle throws(GitError) in
      try Library.with(environment) { () throws(GitError) in
        var ignored: CInt = 0
        let code = unsafe CString.with(ByteString(name)) {
          unsafe git_ignore_path_is_ignored(&ignored, handle.pointer, $0)
        }
        try check(code, .attributes)
        return ignored != 0
      }
    }
  }
}
