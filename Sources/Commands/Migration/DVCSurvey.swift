internal import Documents
internal import Git
internal import Primitives
internal import Workspace

/// Finds what DVC keeps in one version: `.dvc` files, and `dvc.lock` with the `dvc.yaml` beside it.
struct DVCSurvey {
  private let version: GitVersion
  private var survey = ForeignSurvey()

  static func survey(of version: GitVersion) throws(CommandFailure) -> ForeignSurvey {
    var search = DVCSurvey(version: version)
    let end = Array(".dvc".utf8)
    for path in version.paths(where: { $0.count > 4 && $0.bytes.suffix(4).elementsEqual(end) })
    where !path.components.dropLast().contains(".dvc") {
      try search.readFile(path)
    }
    for path in version.paths(where: { $0 == "dvc.lock" }) { try search.readLock(path) }
    search.survey.items.sort { $0.path < $1.path }
    return search.survey
  }

  private init(version: GitVersion) {
    self.version = version
  }

  private mutating func readFile(_ carrier: RepositoryPath) throws(CommandFailure) {
    guard let bytes = try version.bytes(of: carrier) else { return }
    let file: DVCFile
    do throws(DVCFormatError) {
      file = try DVCFile(reading: bytes)
    } catch {
      return refuse(carrier, carrier, "\(error)")
    }
    guard let directory = (carrier.parent ?? .root).following(file.directory) else {
      return refuse(carrier, carrier, "its data lies outside of the repository")
    }
    let before = survey.refusals.count
    var count = 0
    for output in file.outputs where output.isCached {
      count += 1
      add(output, in: directory, of: carrier, source: Self.source(of: file, output))
    }
    let isWhole = count == file.outputs.count && survey.refusals.count == before
    if isWhole, !file.isStage { survey.spent[carrier] = count }
  }

  private mutating func readLock(_ carrier: RepositoryPath) throws(CommandFailure) {
    let holder = carrier.parent ?? .root
    guard let bytes = try version.bytes(of: carrier) else { return }
    var pipeline: DVCPipeline?
    let lock: DVCLockFile
    do throws(DVCFormatError) {
      lock = try DVCLockFile(reading: bytes)
      if let path = try? holder.appending("dvc.yaml") {
        let text: [UInt8]?
        do {
          text = try version.bytes(of: path)
        } catch {
          return refuse(carrier, carrier, error.message)
        }
        pipeline = try text.map { bytes throws(DVCFormatError) in try DVCPipeline(reading: bytes) }
      }
    } catch {
      return refuse(carrier, carrier, "\(error)")
    }
    for stage in lock.stages {
      let declared = pipeline?.stage(stage.name)
      let place = declared?.directory ?? "."
      guard !place.contains("${"), let directory = holder.following(place) else {
        let name = ByteString(stage.name)
        refuse(carrier, carrier, "stage '\(name)' works in '\(ByteString(place))'")
        continue
      }
      for output in stage.outputs {
        let isUncached = declared?.uncached.contains(output.path) ?? false
        if output.isCached, !isUncached { add(output, in: directory, of: carrier, source: nil) }
      }
    }
  }

  private mutating func add(
    _ output: DVCOutput, in directory: RepositoryPath, of carrier: RepositoryPath,
    source: PointerFile.Source?
  ) {
    guard let path = directory.following(output.path), !path.isRoot else {
      let name = ByteString(output.path)
      return refuse(carrier, carrier, "'\(name)' lies outside of the repository")
    }
    // Git has what a stage writes without DVC's cache.
    if version.entries[path] != nil {
      if carrier.name != "dvc.lock" { refuse(path, carrier, "git tracks it itself") }
      return
    }
    guard let digest = output.digest else {
      return refuse(path, carrier, "DVC has no MD5 of it")
    }
    survey.add(
      ForeignItem(
        path: path, carrier: carrier,
        name: .md5(digest, isList: output.isDirectory, isBefore3: output.isBefore3),
        source: source, size: output.size, files: output.isDirectory ? output.files : nil),
      in: version)
  }

  private mutating func refuse(
    _ path: RepositoryPath, _ carrier: RepositoryPath, _ reason: String
  ) {
    survey.refusals.append(ForeignRefusal(path: path, carrier: carrier, reason: reason))
  }

  /// Where imported data came from, as far as a pointer can say it.
  private static func source(of file: DVCFile, _ output: DVCOutput) -> PointerFile.Source? {
    guard file.outputs.count == 1, let source = file.source else { return nil }
    let texts = [source.location, source.path, source.revision].compactMap(\.self)
    let isPlain = texts.allSatisfy { text in
      !text.isEmpty && !text.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }
    // A pointer is smaller than a kibibyte.
    guard isPlain, texts.reduce(0, { $0 + $1.utf8.count }) < 700 else { return nil }
    return PointerFile.Source(
      location: ByteString(source.location), path: source.path.map { ByteString($0) },
      revision: source.revision.map { ByteString($0) })
  }
}
