internal import Documents
internal import Lineage
internal import ObjectStore
internal import Platform
internal import Primitives

/// Reads files of parameters and metrics from the worktree.
struct ValueFiles: Sendable {
  /// The size beyond which a file is not read for its values.
  private static let limit = ByteCount.mebibytes(16)

  let root: FilePath

  /// Reads a file whose values have to be there: parameters.
  ///
  /// - Parameters:
  ///   - request: The file, and which keys.
  ///   - redaction: Takes secrets out.
  /// - Throws: ``PipelineError/missing(_:)``, ``PipelineError/document(_:_:)`` or
  ///   ``PipelineError/noSuchKey(_:in:near:)``.
  func parameters(
    _ request: RunRequest.Values, _ redaction: inout Redaction
  ) throws(PipelineError) -> RunValues {
    guard let bytes = try bytes(of: request.path) else { throw .missing(request.path) }
    guard let format = DocumentFormat(fileName: request.path.name), !format.isTable else {
      return values(request, bytes, nil, problem: "its name is that of no document")
    }
    let document: DocumentValue
    do {
      document = try DocumentValue(reading: bytes, as: format)
    } catch {
      throw .document(request.path, error)
    }
    for key in request.keys where document[key] == nil {
      let near = document.flattened.map(\.path.description)
      throw .noSuchKey(key.description, in: request.path, near: near)
    }
    let kept = Self.select(request.keys, of: document)
    let place = "parameters.\(request.path)"
    return values(request, bytes, redaction.redact(kept, at: place), problem: nil)
  }

  /// Reads a file that a command may have left in any state: metrics.
  ///
  /// - Returns: `nil` where there is no such file.
  /// - Throws: ``PipelineError/file(_:)`` when it cannot be read at all.
  func metrics(
    _ request: RunRequest.Values, _ redaction: inout Redaction
  ) throws(PipelineError) -> RunValues? {
    guard let bytes = try bytes(of: request.path) else { return nil }
    do throws(DocumentError) {
      guard let format = DocumentFormat(fileName: request.path.name) else {
        return values(request, bytes, nil, problem: "its name is that of no document")
      }
      let document = try DocumentValue(reading: bytes, as: format)
      let kept = Self.select(request.keys, of: document)
      let place = "metrics.\(request.path)"
      return values(request, bytes, redaction.redact(kept, at: place), problem: nil)
    } catch {
      return values(request, bytes, nil, problem: "\(error)")
    }
  }

  private func values(
    _ request: RunRequest.Values, _ bytes: [UInt8], _ values: DocumentValue?, problem: String?
  ) -> RunValues {
    RunValues(
      path: request.path, oid: SHA256.id(of: bytes.span),
      keys: request.keys.isEmpty ? nil : request.keys.map(\.description), values: values,
      problem: problem)
  }

  private func bytes(of path: RepositoryPath) throws(PipelineError) -> [UInt8]? {
    try onFiles { () throws(FileError) in
      try root.appending(path).contentsIfPresent(limit: Self.limit)
    }
  }

  /// A document with nothing but some keys, each at its place; of lists all items are kept.
  static func select(_ keys: [DocumentPath], of document: DocumentValue) -> DocumentValue {
    keys.isEmpty ? document : select(keys.map { $0.components[...] }, of: document)
  }

  private static func select(
    _ ways: [ArraySlice<String>], of document: DocumentValue
  ) -> DocumentValue {
    guard case .table(let fields) = document, !ways.contains(where: \.isEmpty) else {
      return document
    }
    return .table(
      fields.compactMap { field in
        let below = ways.filter { $0.first == field.key }.map { $0.dropFirst() }
        return below.isEmpty
          ? nil : DocumentField(key: field.key, value: select(below, of: field.value))
      })
  }
}
