package import Git
package import ObjectStore
package import Platform
package import Primitives
package import Remotes

/// A reason why a project could not be opened or changed.
package enum ProjectError: Error {
  /// Git's part failed: not a repository, not owned, not readable.
  case git(GitError)

  /// The repository has no worktree, so there is no place for data.
  case bareRepository(FilePath)

  /// The repository has no store yet.
  case notInitialised(worktree: FilePath)

  /// The directory that a setting names holds no store.
  case storeMissing(FilePath)

  /// `.shale/config` has a setting that this version does not know.
  case unknownSharedSetting(String)

  /// `.shale/config` has a setting that only a user may make.
  case personalSetting(String)

  /// A value is not one of those that its setting takes.
  case invalidSetting(
    key: String, value: ByteString, expected: String, layer: Configuration.Layer)

  /// A setting cannot have a value that it was to be given.
  case refusedValue(key: String, value: ByteString, expected: String)

  /// There is no such setting.
  case unknownSetting(String)

  /// Something may keep objects and cannot be read, so that nothing may be removed.
  case unknownRoot(UnknownRoot)

  /// The store failed.
  case store(StoreError)

  /// A remote could not be used.
  case remote(RemoteError)

  /// The operating system refused.
  case file(FileError)
}

extension ProjectError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .git(let error): error.description
    case .bareRepository(let path):
      "Repository '\(path)' is bare: it has no files, and so no place for data"
    case .notInitialised(let worktree):
      "Repository '\(worktree)' is not set up for Shale"
    case .storeMissing(let path):
      "Directory '\(path)', which `shale.store` names, holds no store"
    case .unknownSharedSetting(let key):
      "'.shale/config' has the setting '\(key)', which this version does not know"
    case .personalSetting(let key):
      "'.shale/config' cannot have the setting '\(key)', which only a user may make"
    case .invalidSetting(let key, let value, let expected, let layer):
      "Setting '\(key)' (\(layer)) has the value '\(value)': expected \(expected)"
    case .refusedValue(let key, let value, let expected):
      "Setting '\(key)' cannot be '\(value)': expected \(expected)"
    case .unknownSetting(let key): "There is no setting '\(key)'"
    case .unknownRoot(let root): root.description
    case .store(let error): error.description
    case .remote(let error): error.description
    case .file(let error): error.description
    }
  }
}
