internal import Lineage
internal import Primitives

/// Which values a command is about.
enum ValueKind: Sendable {
  case parameters
  case metrics

  /// Where such values lie if nobody said otherwise.
  var usualPaths: [RepositoryPath] {
    let names: [ByteString] =
      switch self {
      case .parameters:
        ["params.yaml", "params.yml", "params.json", "params.toml", "dvclive/params.yaml"]
      case .metrics:
        ["metrics.json", "metrics.yaml", "metrics.yml", "metrics.toml", "dvclive/metrics.json"]
      }
    return names.compactMap { try? RepositoryPath($0) }
  }

  /// The directory in which MLflow keeps its runs.
  static let mlflow: ByteString = "mlruns"

  /// The values of a run.
  func values(of run: RunSummary) -> [RunSummary.Value] {
    switch self {
    case .parameters: run.parameters
    case .metrics: run.metrics
    }
  }

  /// The files of a record.
  func files(of record: RunRecord) -> [RunValues] {
    switch self {
    case .parameters: record.parameters ?? []
    case .metrics: record.metrics ?? []
    }
  }

  /// What such values are called.
  var noun: String {
    switch self {
    case .parameters: "parameters"
    case .metrics: "metrics"
    }
  }
}
