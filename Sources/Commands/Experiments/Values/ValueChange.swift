internal import Arguments
internal import Documents
internal import Primitives

/// A parameter or metric that has one value there and another here.
package struct ValueChange: Encodable, Sendable {
  let path: RepositoryPath

  /// Its place in the file.
  let key: String
  let old: DocumentValue?
  let new: DocumentValue?

  /// By how much a number grew.
  var change: Double? {
    guard let old = old?.double, let new = new?.double, (new - old).isFinite else { return nil }
    return new - old
  }

  /// The same, in per cent of what it was.
  var percent: Double? {
    guard let change, let old = old?.double, old != 0 else { return nil }
    let percent = change / abs(old) * 100
    return percent.isFinite ? percent : nil
  }

  /// Whether both sides have the same value.
  ///
  /// A record does not tell `1.0` from `1`, and has large integers as text.
  var isSame: Bool {
    switch (old, new) {
    case (.integer(let old), .integer(let new)): old == new
    case (.integer(let number), .text(let text)), (.text(let text), .integer(let number)):
      Int(exactly: Double(number)) != number && text == "\(number)"
    case (let old?, let new?):
      if let old = old.double, let new = new.double {
        old == new || old.isNaN && new.isNaN
      } else {
        old == new
      }
    default: old == nil && new == nil
    }
  }

  private enum CodingKeys: CodingKey {
    case path, key, old, new, change, percent
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(path, forKey: .path)
    try container.encode(key, forKey: .key)
    try container.encodeIfPresent(old, forKey: .old)
    try container.encodeIfPresent(new, forKey: .new)
    try container.encodeIfPresent(change, forKey: .change)
    try container.encodeIfPresent(percent, forKey: .percent)
  }

  /// The keys of its JSON.
  static let keys = [
    ResultKey("path", "The file that it stands in"),
    ResultKey("key", "Its place in the file"),
    ResultKey(document: "old", "What the one has", isOptional: true),
    ResultKey(document: "new", "What the other has", isOptional: true),
    ResultKey("change", "By how much a number grew", isOptional: true),
    ResultKey("percent", "The same in per cent of what it was", isOptional: true),
  ]
}

// MARK: - Comparing

extension ValueChange {
  /// Compares files with files, key by key.
  ///
  /// - Parameters:
  ///   - old: The one side.
  ///   - new: The other side.
  ///   - isFromRecord: Whether a side comes from a run record, in which secrets are replaced.
  /// - Returns: Every key of both sides, in the order of the files.
  static func all(
    from old: [ValueFile], to new: [ValueFile], isFromRecord: Bool
  ) -> [ValueChange] {
    let (left, right) = (byPath(old), byPath(new))
    let paths = old.map(\.path) + new.map(\.path).filter { left[$0] == nil }
    return paths.flatMap { path in
      changes(at: path, from: left[path], to: right[path], isFromRecord: isFromRecord)
    }
  }

  private static func byPath(_ files: [ValueFile]) -> [RepositoryPath: ValueFile] {
    Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
  }

  private static func changes(
    at path: RepositoryPath, from old: ValueFile?, to new: ValueFile?, isFromRecord: Bool
  ) -> [ValueChange] {
    // Where a run named the keys that count, no other key is missing from it.
    let keys = old?.keys ?? new?.keys
    let left = leaves(of: old, keys, isFromRecord)
    let right = leaves(of: new, keys, isFromRecord)
    let leftByKey = Dictionary(left.map { ($0.path, $0.value) }) { first, _ in first }
    let rightByKey = Dictionary(right.map { ($0.path, $0.value) }) { first, _ in first }
    let places = left.map(\.path) + right.map(\.path).filter { leftByKey[$0] == nil }
    return places.map { place in
      ValueChange(
        path: path, key: place.description, old: leftByKey[place], new: rightByKey[place])
    }
  }

  private static func leaves(
    of file: ValueFile?, _ keys: [DocumentPath]?, _ isFromRecord: Bool
  ) -> [DocumentLeaf] {
    guard let file else { return [] }
    let leaves = file.leaves(hidingSecrets: isFromRecord)
    guard let keys else { return leaves }
    return leaves.filter { leaf in
      keys.contains { leaf.path.components.starts(with: $0.components) }
    }
  }
}
