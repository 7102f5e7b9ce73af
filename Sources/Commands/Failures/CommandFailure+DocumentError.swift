internal import Documents
internal import Primitives

extension CommandFailure {
  /// Explains why a file of values cannot be read.
  init(unreadable path: RepositoryPath, _ error: DocumentError, at moment: Moment) {
    self.init(
      .refused, id: "bad-document",
      "File '\(path)' cannot be read \(moment.phrase): \(error)",
      hints: Self.advice(for: path, at: moment))
  }

  /// Explains why what another tool wrote cannot be read.
  init(_ error: ForeignError<CommandFailure>, at moment: Moment) {
    switch error {
    case .directory(let failure): self = failure
    case .document(let path, let error): self.init(unreadable: path, error, at: moment)
    case .tooManyFiles:
      self.init(
        .refused, id: "too-many-files", "\(error)", hints: ["Name a directory or file in it"])
    }
  }

  /// Refuses a file whose name is that of no document.
  init(notADocument path: RepositoryPath) {
    self.init(
      .refused, id: "not-values",
      "File '\(path)' has the name of no document and of no table that is read for values",
      hints: ["Name a file that ends in yaml, json, toml, csv, tsv or jsonl"])
  }

  private static func advice(for path: RepositoryPath, at moment: Moment) -> [String] {
    if case .worktree = moment { return ["Correct '\(path)' and try again"] }
    return ["Name the files to read, and leave out '\(path)'"]
  }
}
