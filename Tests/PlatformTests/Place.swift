import Platform
import TestSupport

extension FilePath {
  /// The directory of the running test.
  static func place() throws -> FilePath {
    FilePath(try TemporaryDirectory.requiredPath())
  }

  /// Makes a file with this content here.
  func make(_ bytes: [UInt8]) throws {
    try OpenFile.forUpdating(self).write(bytes.span, at: 0)
  }
}
