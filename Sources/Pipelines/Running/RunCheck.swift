internal import Platform
internal import Primitives
internal import Workspace

extension RunRequest {
  /// Refuses what cannot be run or recorded, before anything is touched.
  ///
  /// - Parameter root: The root of the worktree.
  /// - Throws: ``PipelineError``.
  func check(in root: FilePath) throws(PipelineError) {
    guard let program = command.first, !program.isEmpty else { throw .noCommand }
    for output in outputs {
      if let input = inputs.first(where: { $0.overlaps(output) }) {
        throw .overlap(input: input, output: output)
      }
      if let outer = outputs.first(where: { $0 != output && output.isWithin($0) }) {
        throw .nestedOutputs(output, inside: outer)
      }
      if output.isRoot { throw .workspace(.notForData(output)) }
      try Self.refuseSymlinks(on: output, in: root)
    }
    for path in inputs + parameters.map(\.path) {
      let status = try onFiles { () throws(FileError) in
        try root.appending(path).statusIfPresent(followingSymlink: true)
      }
      if status == nil { throw .missing(path) }
    }
  }

  /// An output behind a symlink could lie anywhere, and what lies there is not the run's.
  private static func refuseSymlinks(
    on output: RepositoryPath, in root: FilePath
  ) throws(PipelineError) {
    var place: RepositoryPath? = output
    while let path = place, !path.isRoot {
      let status = try onFiles { () throws(FileError) in
        try root.appending(path).statusIfPresent()
      }
      if status?.kind == .symlink { throw .throughSymlink(output, link: path) }
      place = path.parent
    }
  }
}
