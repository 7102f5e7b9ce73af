import Documents
import Primitives
import Testing

/// What is held in memory is bounded, whatever a file says.
@Suite struct DocumentLimitTests {
  @Test(arguments: [
    (DocumentFormat.yaml, "[", "0,", "]"), (.json, "[0,", "0,", "0]"), (.toml, "a=[", "0,", "]"),
  ])
  func `too many values are refused`(
    format: DocumentFormat, start: String, value: String, end: String
  ) throws {
    func read(_ count: Int) throws -> DocumentValue {
      let text = start + String(repeating: value, count: count) + end
      return try DocumentValue(reading: Array(text.utf8), as: format)
    }
    #expect(try read(1_000).flattened.count >= 1_000)
    do {
      _ = try read(500_001)
      Issue.record("read")
    } catch let error as DocumentError {
      #expect(error.description.hasSuffix("is behind 500000 values, which is the limit"))
    }
  }

  @Test(arguments: [(DocumentFormat.yaml, 16), (.json, 16), (.toml, 2)])
  func `a document that is too large is refused`(format: DocumentFormat, mebibytes: Int) {
    let space = [UInt8](repeating: 0x20, count: (mebibytes << 20) + 1)
    let limit = ByteCount.mebibytes(mebibytes)
    #expect(throws: DocumentError.tooLarge(.bytes(space.count), limit: limit)) {
      try DocumentValue(reading: space, as: format)
    }
  }
}
