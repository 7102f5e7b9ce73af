internal import Git
package import Platform
package import Primitives

extension Configuration {
  /// What the machine, the user and the environment set, for commands that work outside of any
  /// repository.
  ///
  /// - Throws: ``ProjectError/git(_:)`` for a file that cannot be read, and
  ///   ``ProjectError/invalidSetting(key:value:expected:layer:)``.
  package static func personal(
    environment: [ByteString: ByteString]
  ) throws(ProjectError) -> Configuration {
    let own: [Assignment]
    do {
      own = try GitConfig.protected(environment: environment).shaleAssignments
    } catch {
      throw .git(error)
    }
    return try Configuration(own + assignments(in: environment))
  }

  /// Where the cache lies.
  ///
  /// - Parameters:
  ///   - environment: The variables of the process.
  ///   - directory: What a relative path starts from.
  /// - Returns: `nil` where there is to be none, or nothing says where the user's caches are.
  package func cache(
    environment: [ByteString: ByteString], from directory: FilePath
  ) -> FilePath? {
    if self[Settings.cacheSize] == .zero { return nil }
    if let path = self[Settings.cache] {
      return directory.appending(Project.expandingHome(path, environment: environment).bytes)
    }
    // The XDG specification passes over what is not absolute.
    if let base = environment["XDG_CACHE_HOME"].map({ FilePath($0) }), base.isAbsolute {
      return base.appending("shale")
    }
    guard let home = environment["HOME"], !home.isEmpty else { return nil }
    return FilePath(home).appending(".cache").appending("shale")
  }
}
