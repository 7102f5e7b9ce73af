internal import CGit2
internal import Platform
package import Primitives

/// What `.gitattributes` say about a path.
package enum GitAttribute: Hashable, Sendable {
  case unspecified
  /// `name`
  case set
  /// `-name`
  case unset
  /// `name=value`
  case value(ByteString)
}

extension GitRepository {
  /// An attribute of a path, from `.gitattributes` files of the worktree, `info/attributes` and the
  /// user's own.
  package func attribute(
    _ name: ByteString, of path: RepositoryPath
  ) throws(GitError) -> GitAttribute {
    try withHandle { handle throws(GitError) in
      try Library.with(environment) { () throws(GitError) in
        var value: UnsafePointer<CChar>?
        let code = unsafe CString.with(path.bytes) { path in
          unsafe CString.with(name) { name in
            unsafe git_attr_get(&value, handle.pointer, 0, path, name)
          }
        }
        try check(code, .attributes)
        switch unsafe git_attr_value(value) {
        case GIT_ATTR_VALUE_TRUE: return .set
        case GIT_ATTR_VALUE_FALSE: return .unset
        case GIT_ATTR_VALUE_STRING: return .value(unsafe bytes(value))
        default: return .unspecified
        }
      }
    }
  }
}
