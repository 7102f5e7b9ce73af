internal import Git
package import Primitives

/// What git is told to call for pointers.
///
/// `.gitattributes`, which git carries, says that pointers are merged and shown by `shale`; what that
/// is stands in the configuration of each clone, for git runs nothing that a repository brings along
/// (`docs/design/0024-merging.md`).
package enum PointerDrivers {
  /// The setting that says what merges pointers.
  package static let mergeDriver = "merge.shale.driver"

  /// The settings, each with its value.
  package static let settings: [(key: String, value: ByteString)] = [
    ("merge.shale.name", "Shale: directories of data, file by file"),
    (mergeDriver, "shale merge-pointer -- %O %A %B %P"),
    // A merge of several ancestors must not take the version of one for what both began with.
    ("merge.shale.recursive", "binary"),
    // Where the program is gone, git still shows the pointer.
    (
      "diff.shale.textconv",
      "f() { shale show-pointer -- \"$1\" 2>/dev/null || cat -- \"$1\"; }; f"
    ),
  ]
}

extension Project {
  /// Has git call Shale for pointers in this clone; what somebody has set otherwise stays.
  ///
  /// - Returns: The settings that were made, none where all were there.
  /// - Throws: ``ProjectError/git(_:)``.
  @discardableResult
  package func installDrivers() throws(ProjectError) -> [String] {
    do {
      var made: [String] = []
      for (key, value) in PointerDrivers.settings where try git.config().string(key) == nil {
        try git.setConfig(key, to: value)
        made.append(key)
      }
      return made
    } catch {
      throw .git(error)
    }
  }

  /// Takes back what ``installDrivers()`` made; what somebody has set otherwise stays.
  ///
  /// - Returns: The settings that were removed.
  /// - Throws: ``ProjectError/git(_:)``.
  @discardableResult
  package func removeDrivers() throws(ProjectError) -> [String] {
    do {
      var removed: [String] = []
      for (key, value) in PointerDrivers.settings
      where try git.configured(key, at: .local) == value {
        try git.setConfig(key, to: nil)
        removed.append(key)
      }
      return removed
    } catch {
      throw .git(error)
    }
  }
}
