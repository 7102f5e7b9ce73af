internal import Documents
internal import Git
internal import Lineage
internal import Platform
internal import Primitives

/// Writes values into parameter files, as `--set` asks for.
struct ParameterEdit {
  /// The files that are taken where a setting names none, the first that is there.
  static let obvious: [ByteString] = [
    "params.yaml", "params.yml", "params.json", "params.toml",
  ]

  private static let limit = ByteCount.mebibytes(16)

  let git: GitRepository
  let root: FilePath

  /// Gives each setting its file.
  ///
  /// - Parameters:
  ///   - settings: What was asked for.
  ///   - parameters: The parameter files that were named: a single one is the obvious one.
  /// - Throws: ``PipelineError/noParameterFile(key:)``.
  func located(
    _ settings: [RunRequest.Setting], _ parameters: [RunRequest.Values]
  ) throws(PipelineError) -> [(path: RepositoryPath, setting: RunRequest.Setting)] {
    var located: [(RepositoryPath, RunRequest.Setting)] = []
    let named = Set(parameters.map(\.path))
    for setting in settings {
      guard let path = setting.path ?? (named.count == 1 ? named.first : obviousFile()) else {
        throw .noParameterFile(key: setting.key.description)
      }
      located.append((path, setting))
    }
    return located
  }

  /// The parameter file at the root of the worktree, if there is one.
  func obviousFile() -> RepositoryPath? {
    let paths = Self.obvious.compactMap { try? RepositoryPath($0) }
    return paths.first { path in
      let status = try? root.appending(path).statusIfPresent()
      return status?.kind == .file
    }
  }

  /// Writes the values, each file in one step and nothing where one of them is refused.
  ///
  /// - Returns: What was written, as records tell it.
  /// - Throws: ``PipelineError/document(_:_:)``, such as for a key that is not there.
  func apply(
    _ settings: [(path: RepositoryPath, setting: RunRequest.Setting)]
  ) throws(PipelineError) -> [RunSetting] {
    var old: [RepositoryPath: [UInt8]] = [:]
    var new: [RepositoryPath: [UInt8]] = [:]
    var written: [RunSetting] = []
    for (path, setting) in settings {
      let bytes = if let edited = new[path] { edited } else { try content(of: path) }
      if old[path] == nil { old[path] = bytes }
      guard let format = DocumentFormat(fileName: path.name) else {
        throw .noParameterFile(key: setting.key.description)
      }
      do throws(DocumentError) {
        let edit = try DocumentEdit(
          of: bytes, as: format, setting: setting.key, to: setting.word)
        new[path] = edit.bytes
        written.append(RunSetting(key: setting.key.description, path: path, value: edit.after))
      } catch {
        throw .document(path, error)
      }
    }
    for (path, bytes) in new.sorted(by: { $0.key < $1.key }) where bytes != old[path] {
      guard try content(of: path) == old[path] else { throw .changedMeanwhile(path) }
      try onGit { () throws(GitError) in try git.willChange(path, from: old[path], to: bytes) }
      try onFiles { () throws(FileError) in
        try AtomicFile.replace(root.appending(path), with: bytes, durably: false)
      }
    }
    return written
  }

  private func content(of path: RepositoryPath) throws(PipelineError) -> [UInt8] {
    let bytes = try onFiles { () throws(FileError) in
      try root.appending(path).contentsIfPresent(limit: Self.limit)
    }
    guard let bytes else { throw .missing(path) }
    return bytes
  }
}
