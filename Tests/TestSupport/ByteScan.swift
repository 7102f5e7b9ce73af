package import Foundation

extension URL {
  /// Whether any file below a directory, whatever its name, holds one of some pieces in a row.
  ///
  /// - Throws: An error when a file cannot be read.
  package func holds(anyOf pieces: [[UInt8]]) throws -> Bool {
    let needles = pieces.map { Data($0) }
    guard let names = FileManager.default.enumerator(atPath: path) else {
      throw CocoaError(.fileReadNoSuchFile)
    }
    for case let name as String in names {
      let file = appending(path: name)
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
        continue
      }
      let content = try Data(contentsOf: file)
      if needles.contains(where: { content.range(of: $0) != nil }) { return true }
    }
    return false
  }
}
