internal import Git
internal import ObjectStore
package import Workspace

extension Project {
  /// The user's files, with the settings that hold for them.
  ///
  /// - Throws: What ``store()`` throws.
  package func workspace() throws(ProjectError) -> Workspace {
    let store = try store()
    do {
      return try Workspace(
        git: git, store: store, compression: configuration[Settings.compression])
    } catch {
      // A project has a worktree, and nothing else can keep a workspace from being made.
      throw .bareRepository(git.layout.gitDirectory)
    }
  }
}
