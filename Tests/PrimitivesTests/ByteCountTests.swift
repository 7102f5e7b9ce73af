import Primitives
import Testing

@Suite struct ByteCountTests {
  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1_024, "1 KiB"), (1_022_976, "999 KiB"), (1_023_999, "1 MiB"),
    (1_048_575, "1 MiB"),
    (1_536, "1.5 KiB"), (16 << 30, "16 GiB"),
  ])
  func `a size is shown in powers of 1,024`(count: Int, shown: String) {
    #expect(ByteCount.bytes(count).description == shown)
  }

  @Test func `units are powers of 1,024`() {
    #expect(ByteCount.kibibytes(1).bytes == 1_024)
    #expect(ByteCount.mebibytes(1) == .kibibytes(1_024))
    #expect(ByteCount.gibibytes(2) == .mebibytes(2_048))
    #expect(ByteCount.kibibytes(1) + .bytes(1) - .bytes(2) == .bytes(1_023))
    #expect(ByteCount.bytes(1) < .kibibytes(1))
  }
}
