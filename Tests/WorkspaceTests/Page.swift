import Foundation
import Primitives
import TestSupport

/// A page of the documentation, whose examples are tested.
struct Page {
  private let text: String

  init(_ path: String) throws {
    text = try String(contentsOf: ProjectRoot.file(path), encoding: .utf8)
  }

  /// The blocks of code that are marked with `language`.
  func blocks(_ language: String) -> [String] {
    text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
  }

  /// The bytes of a block of hexadecimal digits.
  static func bytes(_ block: String) -> [UInt8]? {
    Hex.bytes(of: block.utf8.filter { Hex.value(of: $0) != nil })
  }
}
