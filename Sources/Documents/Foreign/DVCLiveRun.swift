package import Primitives

/// What DVCLive wrote of a run: `dvclive/params.yaml`, `metrics.json` and `plots/metrics/**.tsv`.
package struct DVCLiveRun: Equatable, Sendable {
  /// The parameters, nested as they were logged.
  package let params: DocumentValue?

  /// The last value of each metric, nested by the slashes in its name.
  ///
  /// What DVCLive writes as the texts `nan`, `inf` and `-inf` are numbers again.
  package let metrics: DocumentValue?

  /// The metrics step by step, sorted by name.
  package let series: [MetricSeries]

  /// Reads the directory that DVCLive was given, `dvclive` mostly; `nil` where it holds none of it.
  package init?<Directory: DocumentDirectory>(
    at root: RepositoryPath, in directory: Directory
  ) throws(ForeignError<Directory.Failure>) {
    let reader = ForeignReader(directory: directory)
    params = try reader.value(of: reader.path("params.yaml", in: root), as: .yaml)
    let metrics = try reader.value(of: reader.path("metrics.json", in: root), as: .json)
    self.metrics = metrics?.withNonFiniteNumbers
    var series: [MetricSeries] = []
    for file in try reader.files(below: reader.path("plots", "metrics", in: root))
    where file.name.hasSuffix(".tsv") {
      guard let bytes = try reader.bytes(of: file.path) else { continue }
      let name = String(file.name.dropLast(4))
      do {
        series.append(try MetricSeries(name: name, ofDVCLive: bytes))
      } catch {
        throw .document(file.path, error)
      }
    }
    self.series = series
    if params == nil && metrics == nil && series.isEmpty { return nil }
  }
}

extension MetricSeries {
  /// Reads a table with the columns `step`, the metric's, and sometimes `timestamp`.
  fileprivate init(name: String, ofDVCLive bytes: [UInt8]) throws(DocumentError) {
    let table = try DocumentTable(reading: bytes, as: .tsv)
    let values = table.columns.first { !["step", "timestamp"].contains($0.name) }
    let steps = table["step"]?.numbers
    let times = table["timestamp"]?.numbers
    let points = (values?.numbers ?? []).enumerated().compactMap { row, value -> MetricPoint? in
      guard let value else { return nil }
      // Logs without steps count their rows.
      let step = steps.map { $0[row].flatMap { Int(exactly: $0) } } ?? row * table.stride
      let time = times?[row].flatMap { Int(exactly: $0) }.flatMap { Timestamp(milliseconds: $0) }
      return step.map { MetricPoint(step: $0, value: value, time: time) }
    }
    self.init(name: name, points: points)
  }
}
