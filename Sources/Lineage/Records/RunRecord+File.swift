internal import FoundationEssentials
internal import ObjectStore
package import Primitives

extension RunRecord {
  /// The size in bytes beyond which a file is no record.
  package static let sizeLimit = ByteCount.mebibytes(16)

  /// The bytes of its file (§1 of the format), and their SHA-256: its id.
  package func encoded() -> (id: ObjectID, bytes: [UInt8]) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      let bytes = Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
      return (SHA256.id(of: bytes.span), bytes)
    } catch {
      preconditionFailure("a run record cannot be encoded: \(error)")
    }
  }

  /// Reads the file of a record, and checks that it is the one that its name says.
  ///
  /// - Throws: ``LineageError/tampered(_:found:)``, ``LineageError/newerRecord(_:version:)`` or
  ///   ``LineageError/unreadableRecord(_:reason:)``.
  package init(_ bytes: [UInt8], id: ObjectID) throws(LineageError) {
    let found = SHA256.id(of: bytes.span)
    guard found == id else { throw .tampered(id, found: found) }
    try self.init(unchecked: bytes, id: id)
  }

  /// Reads the bytes of a record or a journal whose hash says nothing.
  init(unchecked bytes: [UInt8], id: ObjectID) throws(LineageError) {
    let decoder = JSONDecoder()
    do {
      let version = try decoder.decode(Version.self, from: Data(bytes)).shaleRun
      guard version <= Self.newestVersion else {
        throw LineageError.newerRecord(id, version: version)
      }
      self = try decoder.decode(Self.self, from: Data(bytes))
    } catch let error as LineageError {
      throw error
    } catch {
      throw .unreadableRecord(id, reason: Self.reason(error))
    }
  }

  private struct Version: Decodable {
    let shaleRun: Int
  }

  /// What is wrong with a file of JSON, in a few words.
  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "it is no JSON" }
    func place(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
      (context.codingPath + [last].compactMap(\.self)).map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context): return "'\(place(context, key))' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "'\(place(context))' is of another type"
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty ? "it is no JSON" : "'\(place(context))' cannot be read"
    @unknown default: return "it is no run record"
    }
  }
}
