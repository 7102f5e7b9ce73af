internal import Foundation

/// The examples in hex of a page in `docs/format/`, for tests that hold the code to the page.
package enum FormatPage {
  /// The bytes of every block that is marked `hex`, in their order.
  ///
  /// - Parameter name: The name of the page, for example `codecs.md`.
  /// - Returns: One array for each block; spaces and line ends within a block mean nothing.
  /// - Throws: An error when the page cannot be read or a block holds anything but digits.
  package static func hexExamples(of name: String) throws -> [[UInt8]] {
    let text = try String(contentsOf: ProjectRoot.file("docs/format/\(name)"), encoding: .utf8)
    return try text.components(separatedBy: "```hex\n").dropFirst().map { block in
      let digits = block.components(separatedBy: "```")[0].filter { !$0.isWhitespace }
      let bytes = stride(from: 0, to: digits.count, by: 2).map { offset in
        let start = digits.index(digits.startIndex, offsetBy: offset)
        return UInt8(digits[start...].prefix(2), radix: 16)
      }
      guard digits.count.isMultiple(of: 2), !bytes.contains(nil) else {
        throw CocoaError(.formatting)
      }
      return bytes.compactMap { $0 }
    }
  }
}
