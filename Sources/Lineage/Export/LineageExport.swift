internal import Documents
internal import FoundationEssentials
internal import ObjectStore
internal import Primitives

/// Graphs in the formats of other tools.
package enum LineageExport {
  /// What the names of Shale's own terms begin with.
  static let namespace = "urn:shale:"

  /// A document as JSON.
  ///
  /// - Parameters:
  ///   - value: The document.
  ///   - isIndented: Whether it is for people, too, on many lines.
  static func json(_ value: DocumentValue, isIndented: Bool) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isIndented { encoder.outputFormatting.insert(.prettyPrinted) }
    do {
      return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    } catch {
      preconditionFailure("a document that is all text and numbers cannot be encoded: \(error)")
    }
  }

  /// A node's name made of letters, digits and dots, as names in other formats may have to be.
  static func name(of node: LineageGraph.Node) -> String {
    let parts = node.id.split(separator: "@", maxSplits: 1)
    let base = String(parts[0].replacing(":", with: "."))
    guard parts.count == 2 else { return base }
    return "\(base).\(SHA256.id(of: Array(parts[1].utf8).span).abbreviated)"
  }
}

extension [RunSummary.Value] {
  /// The values by file and key, as one document.
  var document: DocumentValue {
    var files: [String: [String: DocumentValue?]] = [:]
    for value in self { files[value.path.description, default: [:]][value.key] = value.value }
    return .object(files.mapValues { .object($0) })
  }
}

extension RunSummary {
  /// When it ended, where its end was seen.
  var ended: Timestamp? { seconds.flatMap { started.advanced(bySeconds: $0) } }

  /// The command as one line, for people.
  package var commandLine: String { command.map(\.description).joined(separator: " ") }
}
