package import Primitives

/// The form of a document or table, as the end of its file's name says.
package enum DocumentFormat: String, CaseIterable, Hashable, Sendable {
  case yaml
  case json
  case toml
  case csv
  case tsv
  case jsonLines

  /// The format of a file, by what follows the last dot of its name in any case.
  ///
  /// - Parameter fileName: A name or a path.
  package init?(fileName: ByteString) {
    guard let dot = fileName.bytes.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    let end = String(decoding: fileName.bytes[(dot + 1)...], as: UTF8.self).lowercased()
    guard let format = Self.allCases.first(where: { $0.extensions.contains(end) }) else {
      return nil
    }
    self = format
  }

  /// The ends of file names, without the dot; the usual one first.
  package var extensions: [String] {
    switch self {
    case .yaml: ["yaml", "yml"]
    case .json: ["json"]
    case .toml: ["toml"]
    case .csv: ["csv"]
    case .tsv: ["tsv"]
    case .jsonLines: ["jsonl", "ndjson"]
    }
  }

  /// Whether such a file is rows of columns, and no document.
  package var isTable: Bool {
    switch self {
    case .yaml, .json, .toml: false
    case .csv, .tsv, .jsonLines: true
    }
  }
}

extension DocumentFormat: CustomStringConvertible {
  /// The name of the format for people: `YAML`, `JSON Lines`.
  package var description: String { self == .jsonLines ? "JSON Lines" : rawValue.uppercased() }
}
