package import Platform
package import Primitives

extension SHA256 {
  /// The name of a file's content; `nil` where it cannot be read to its end, or changes meanwhile.
  package static func id(of file: borrowing OpenFile) -> ObjectID? {
    guard let before = try? file.status() else { return nil }
    var hash = SHA256()
    var offset = 0
    while offset < before.size.bytes {
      guard let bytes = try? file.upTo(.mebibytes(1), at: offset), !bytes.isEmpty else {
        return nil
      }
      hash.update(bytes.span)
      offset += bytes.count
    }
    guard let after = try? file.status(), after == before else { return nil }
    return hash.finalize()
  }
}
