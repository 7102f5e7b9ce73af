package import Primitives

/// A run in MLflow's file store: `mlruns/EXPERIMENT/RUN/{meta.yaml,params,metrics,tags}`.
package struct MLflowRun: Equatable, Sendable {
  /// How a run stands, as MLflow numbers it from 1.
  package enum Status: Int, Sendable {
    case running = 1
    case scheduled
    case finished
    case failed
    case killed
  }

  package let id: String
  /// The name that people gave it, or an empty text.
  package let name: String
  /// The name of its experiment.
  package let experiment: String
  /// `nil` where the number is not known.
  package let status: Status?
  /// Whether it was deleted, and waits to be cleared away.
  package let isDeleted: Bool
  package let start: Timestamp?
  package let end: Timestamp?

  /// The parameters, a table by their names; what looks like a number or boolean is one.
  package let params: DocumentValue

  /// The tags, a table of texts.
  package let tags: DocumentValue

  /// The latest value of each metric, a table by their names: that of the highest step.
  package let metrics: DocumentValue

  /// The metrics as they were logged, sorted by name.
  package let series: [MetricSeries]

  /// Reads all runs of a store, `mlruns` mostly; sorted by start, then by id.
  ///
  /// Experiments in the trash and directories that hold no run are passed over.
  package static func runs<Directory: DocumentDirectory>(
    at root: RepositoryPath, in directory: Directory
  ) throws(ForeignError<Directory.Failure>) -> [MLflowRun] {
    let reader = ForeignReader(directory: directory)
    var runs: [MLflowRun] = []
    for experiment in try reader.directories(in: root) {
      let meta = try reader.value(of: reader.path("meta.yaml", in: experiment), as: .yaml)
      guard let meta, let name = meta.text("name") else { continue }
      for run in try reader.directories(in: experiment) {
        if let run = try MLflowRun(at: run, experiment: name, reader) { runs.append(run) }
      }
    }
    return runs.sorted { left, right in
      (left.start?.nanoseconds ?? 0, left.id) < (right.start?.nanoseconds ?? 0, right.id)
    }
  }

  private init?<Directory: DocumentDirectory>(
    at root: RepositoryPath, experiment: String, _ reader: ForeignReader<Directory>
  ) throws(ForeignError<Directory.Failure>) {
    let meta = try reader.value(of: reader.path("meta.yaml", in: root), as: .yaml)
    // The older name is `run_uuid`.
    guard let meta, let id = meta.text("run_id") ?? meta.text("run_uuid") else { return nil }
    self.id = id
    self.experiment = experiment
    let tags = try reader.texts(in: reader.path("tags", in: root))
    name = meta.text("run_name") ?? tags.first { $0.name == "mlflow.runName" }?.text ?? ""
    status = meta["status"]?.double.flatMap { Int(exactly: $0) }.flatMap { Status(rawValue: $0) }
    isDeleted = meta.text("lifecycle_stage") == "deleted"
    start = meta.time("start_time")
    end = meta.time("end_time")
    self.tags = .table(tags.map { DocumentField(key: $0.name, value: .text($0.text)) })
    let params = try reader.texts(in: reader.path("params", in: root))
    self.params = .table(
      params.map { DocumentField(key: $0.name, value: DocumentValue(ofMLflow: $0.text)) })
    let logs = try reader.logs(in: reader.path("metrics", in: root))
    series = logs.map { MetricSeries(name: $0.name, points: $0.log.points) }
    metrics = .table(
      logs.compactMap { metric in
        metric.log.latest.map { DocumentField(key: metric.name, value: .number($0.value)) }
      })
  }
}

extension ForeignReader {
  /// The directories in a directory; hidden ones, such as the trash, are left out.
  fileprivate func directories(in root: RepositoryPath) throws(Failure) -> [RepositoryPath] {
    try entries(of: root).filter { $0.isDirectory && $0.path.name.bytes.first != UInt8(ascii: ".") }
      .map(\.path)
  }

  /// The files below a directory as texts; a name may hold slashes.
  fileprivate func texts(
    in root: RepositoryPath
  ) throws(Failure) -> [(name: String, text: String)] {
    var texts: [(name: String, text: String)] = []
    for file in try files(below: root) {
      guard let bytes = try bytes(of: file.path) else { continue }
      texts.append((file.name, String(decoding: bytes, as: UTF8.self)))
    }
    return texts
  }

  /// The metrics below a directory.
  fileprivate func logs(
    in root: RepositoryPath
  ) throws(Failure) -> [(name: String, log: MLflowMetricLog)] {
    var logs: [(name: String, log: MLflowMetricLog)] = []
    for file in try files(below: root) {
      guard let bytes = try bytes(of: file.path) else { continue }
      do {
        logs.append((file.name, try MLflowMetricLog(bytes)))
      } catch {
        throw .document(file.path, error)
      }
    }
    return logs
  }
}

extension DocumentValue {
  /// A parameter, which MLflow keeps as text.
  fileprivate init(ofMLflow text: String) {
    switch YAMLWord.value(of: text) {
    case .null, .text, .list, .table: self = .text(text)
    case let value: self = value
    }
  }

  /// A field as text; numbers are as they are written, for experiments may have numbers for names.
  fileprivate func text(_ key: String) -> String? {
    switch self[key] {
    case .text(let text): text
    case .null, .list, .table, nil: nil
    case let value?: value.description
    }
  }

  /// A field in milliseconds since 1970.
  fileprivate func time(_ key: String) -> Timestamp? {
    guard case .integer(let milliseconds) = self[key] else { return nil }
    return Timestamp(milliseconds: milliseconds)
  }
}
