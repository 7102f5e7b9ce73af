internal import Documents
internal import Lineage
internal import Primitives
internal import Project
internal import Workspace

/// Reads parameters or metrics of a moment.
struct ValueReader {
  let kind: ValueKind
  let project: Project
  let workspace: Workspace
  let catalog: RunCatalog

  /// The values of a moment.
  struct Found {
    var files: [ValueFile] = []

    /// Why files could not be read, in the order of their paths.
    var problems: [CommandFailure] = []

    /// The paths at which something is, readable or not.
    var paths: Set<RepositoryPath> = []
  }

  /// The files in which values may be, where nobody named any: those that runs recorded, and those
  /// of the usual names.
  func usualPaths() throws(CommandFailure) -> [RepositoryPath] {
    let runs = try explaining { () throws(LineageError) in try catalog.listing() }
    var paths = kind.usualPaths
    var seen = Set(paths)
    var last: RepositoryPath?
    for run in runs.reversed() {
      // The values of a file follow each other, in thousands of runs mostly of the same one.
      for value in kind.values(of: run) where value.path != last {
        last = value.path
        if seen.insert(value.path).inserted { paths.append(value.path) }
      }
    }
    return paths
  }

  /// Reads what is there of some files.
  ///
  /// - Parameters:
  ///   - paths: The files.
  ///   - isGuess: Whether nobody named them, so that what is in no store is no problem.
  ///   - moment: Where to look.
  func values(
    of paths: [RepositoryPath], isGuess: Bool = false, at moment: Moment
  ) -> Found {
    let files = MomentFiles(
      moment: moment, project: project, workspace: workspace, readsCode: kind == .parameters)
    var found = Found()
    for path in paths {
      do throws(CommandFailure) {
        guard let values = try values(of: path, in: files) else { continue }
        found.files += values
      } catch {
        if isGuess, error.kind == .missing { continue }
        found.problems.append(error)
      }
      found.paths.insert(path)
    }
    return found
  }

  /// The values of one file, or those that another tool keeps in a directory.
  private func values(
    of path: RepositoryPath, in files: MomentFiles
  ) throws(CommandFailure) -> [ValueFile]? {
    if case .run(_, let record) = files.moment,
      let recorded = kind.files(of: record).first(where: { $0.path == path }),
      let file = ValueFile(recorded)
    {
      return [file]
    }
    switch try files.node(at: path) {
    case nil: return nil
    case .directory: return try directory(path, in: files)
    case .file(let place):
      guard let format = DocumentFormat(fileName: path.name) else {
        throw CommandFailure(notADocument: path)
      }
      if format.isTable { return [try lastRow(of: path, place, format, in: files)] }
      return [try document(path, format, in: files)]
    }
  }

  // MARK: - Documents and tables

  private func document(
    _ path: RepositoryPath, _ format: DocumentFormat, in files: MomentFiles
  ) throws(CommandFailure) -> ValueFile {
    let bytes = try files.bytes(of: path, limit: .mebibytes(16)) ?? []
    let value = try files.reading(path) { () throws(DocumentError) in
      try DocumentValue(reading: bytes, as: format)
    }
    guard kind == .metrics else { return ValueFile(path: path, values: value) }
    if let table = DocumentTable(value), let row = table.lastRow {
      return ValueFile(path: path, values: row, rows: table.rowCount)
    }
    return ValueFile(path: path, values: value.withNonFiniteNumbers)
  }

  private func lastRow(
    of path: RepositoryPath, _ place: MomentFiles.Place, _ format: DocumentFormat,
    in files: MomentFiles
  ) throws(CommandFailure) -> ValueFile {
    let table = try files.table(path, place, format, rowLimit: 2)
    return ValueFile(path: path, values: table.lastRow ?? .table([]), rows: table.rowCount)
  }

  // MARK: - Directories of other tools

  private func directory(
    _ path: RepositoryPath, in files: MomentFiles
  ) throws(CommandFailure) -> [ValueFile] {
    do throws(ForeignError<CommandFailure>) {
      if let live = try DVCLiveRun(at: path, in: files) {
        let values = kind == .parameters ? live.params : live.metrics
        return [ValueFile(path: path, values: values ?? .table([]))]
      }
      let runs = try MLflowRun.runs(at: path, in: files).filter { !$0.isDeleted }
      if !runs.isEmpty { return [ValueFile(path: path, values: table(of: runs))] }
    } catch {
      throw CommandFailure(error, at: files.moment)
    }
    throw CommandFailure(
      .refused, id: "not-values", "Directory '\(path)' holds no run of DVCLive or MLflow",
      hints: ["Name a file in it"])
  }

  /// The values of MLflow's runs by their names, or ids where names are shared.
  private func table(of runs: [MLflowRun]) -> DocumentValue {
    var uses: [String: Int] = [:]
    for run in runs { uses[run.name, default: 0] += 1 }
    return .table(
      runs.map { run in
        let name = run.name.isEmpty || uses[run.name] != 1 ? run.id : run.name
        return DocumentField(key: name, value: kind == .parameters ? run.params : run.metrics)
      })
  }
}

extension DocumentTable {
  /// The last row as a table of its cells; `nil` where there is no row.
  var lastRow: DocumentValue? {
    guard rowCount > 0 else { return nil }
    return .table(
      columns.compactMap { column in
        guard let value = column.values.last, value != .null else { return nil }
        return DocumentField(key: column.name, value: value)
      })
  }
}
