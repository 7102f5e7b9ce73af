internal import Platform
internal import Primitives

/// What a repository's own configuration says about how it must be read.
///
/// Read without includes, as git reads it, and before anything else of the repository is touched.
struct RepositoryFormat {
  let isBare: Bool?
  let worktree: ByteString?
  let extensions: [String: ByteString]

  /// What libgit2 or this module deals with.
  ///
  /// `noop` and its like mean nothing by definition.
  static let known: Set<String> = [
    "noop", "noop-v1", "preciousobjects", "partialclone", "worktreeconfig", "objectformat",
    "refstorage", "compatobjectformat", "relativeworktrees",
  ]

  /// - Throws: ``GitError/unsupportedFormat(_:_:)``, ``GitError/configSyntax(_:line:_:)``.
  init(gitDirectory: FilePath, commonDirectory: FilePath) throws(GitError) {
    let file = try GitConfigFile(at: commonDirectory.appending("config"))
    let version = try file.value("core.repositoryformatversion") ?? "0"
    guard let number = GitValue.int(version), (0...1).contains(number) else {
      throw .unsupportedFormat(commonDirectory, .version(version))
    }
    var extensions: [String: ByteString] = [:]
    for entry in file.entries where entry.section == "extensions" && entry.subsection == nil {
      extensions[entry.name] = entry.value ?? "true"
    }
    if let format = extensions["objectformat"], format != "sha1" {
      throw .unsupportedFormat(commonDirectory, .objectFormat(format))
    }
    if let storage = extensions["refstorage"], storage != "files" {
      throw .unsupportedFormat(commonDirectory, .referenceStorage(storage))
    }
    // In format 0 git reads the extensions it has always known and passes over the others.
    let strange = extensions.keys.filter { number > 0 && !Self.known.contains($0) }.sorted()
    if let name = strange.first {
      throw .unsupportedFormat(commonDirectory, .extension(ByteString(name)))
    }
    self.extensions = extensions

    var isBare: Bool?
    var worktree: ByteString?
    if gitDirectory == commonDirectory {
      isBare = try file.value("core.bare").flatMap(GitValue.bool)
      worktree = try file.value("core.worktree")
    }
    if extensions["worktreeconfig"].flatMap(GitValue.bool) == true {
      let own = try GitConfigFile(at: gitDirectory.appending("config.worktree"))
      isBare = try own.value("core.bare").flatMap(GitValue.bool) ?? isBare
      worktree = try own.value("core.worktree") ?? worktree
    }
    self.isBare = isBare
    self.worktree = worktree
  }
}
