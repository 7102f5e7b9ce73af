package import Primitives

/// An object that the bytes of a pointer name.
package struct NamedObject: Hashable, Sendable {
  package let id: ObjectID
  package let isTree: Bool
}

extension PointerFile {
  /// The size beyond which a file is no pointer, also with the markers of a merge in it.
  package static let conflictLimit = ByteCount.kibibytes(64)

  /// Every object that somebody may come back to through a file with the name of a pointer: all
  /// sides of a conflict, and what still can be read of one that was changed by hand.
  ///
  /// - Returns: None for what does not begin as a pointer does.
  /// - Throws: What is wrong with it: nobody can say what a newer one names.
  package static func named(in bytes: [UInt8]) throws(PointerProblem) -> [NamedObject] {
    guard let conflict = PointerConflict(bytes) else { return try side(bytes) }
    var objects: [NamedObject] = []
    for part in [conflict.ours, conflict.theirs, conflict.ancestor].compactMap(\.self) {
      objects += try side(part.bytes)
    }
    return objects
  }

  private static func side(_ bytes: [UInt8]) throws(PointerProblem) -> [NamedObject] {
    do throws(PointerProblem) {
      let pointer = try PointerFile(decoding: bytes)
      return [NamedObject(id: pointer.id, isTree: pointer.kind == .tree)]
    } catch {
      switch error {
      case .notAPointer: return []
      case .newerVersion: throw error
      default:
        guard bytes.starts(with: Array("shale ".utf8)) else { return [] }
        let objects = legible(bytes)
        if objects.isEmpty { throw error }
        return objects
      }
    }
  }

  /// What a pointer that keeps to no rule names all the same.
  private static func legible(_ bytes: [UInt8]) -> [NamedObject] {
    let prefix = Array("oid sha256:".utf8)
    let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    let isTree = lines.contains { $0.elementsEqual("kind tree".utf8) }
    return lines.compactMap { line in
      guard line.starts(with: prefix) else { return nil }
      return ObjectID(hex: line.dropFirst(prefix.count).prefix(64)).map {
        NamedObject(id: $0, isTree: isTree)
      }
    }
  }
}
