import Foundation
import ObjectStore
import Primitives
import TestSupport

/// Inputs that once broke a parser: `fixtures/crashers/PARSER/NAME`.
package enum Crashers {
  private static let directory = ProjectRoot.file("fixtures/crashers")

  /// All that are kept, each with its parser; one whose parser is gone has none.
  package static func all() throws -> [(path: String, parser: FuzzedParser?, bytes: [UInt8])] {
    let names = FileManager.default.enumerator(atPath: directory.path)?.allObjects ?? []
    return try names.compactMap { $0 as? String }.sorted().compactMap { name in
      let parts = name.split(separator: "/")
      guard parts.count == 2 else { return nil }
      let bytes = try Data(contentsOf: directory.appending(path: name))
      return (name, FuzzedParser.all.first { $0.name == parts[0] }, Array(bytes))
    }
  }

  /// Keeps an input under its hash.
  ///
  /// - Returns: Its path from the root of the project.
  package static func keep(_ bytes: [UInt8], of parser: FuzzedParser) throws -> String {
    let folder = directory.appending(path: parser.name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let name = String(SHA256.id(of: bytes.span).hex.prefix(16))
    try Data(bytes).write(to: folder.appending(path: name))
    return "fixtures/crashers/\(parser.name)/\(name)"
  }
}
