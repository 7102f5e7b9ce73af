import Foundation
import Platform
import Primitives
import Synchronization
import TestSupport
import Testing

@testable import ObjectStore

/// MD5 is what `md5sum` prints, and what DVC before 3.0 makes of text.
@Suite(.temporaryDirectory) struct MD5Tests {
  @Test(arguments: [
    ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
    ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    (
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a"
    ),
  ])
  func `the digests of RFC 1321`(text: String, hex: String) throws {
    #expect(digest(text).hex == hex)
    #expect(try #require(MD5Digest(hex: Array(hex.utf8))).hex == hex)
  }

  @Test(arguments: [
    "", "abc", String(repeating: "g", count: 32), String(repeating: "A", count: 32),
  ])
  func `what is no digest is none`(text: String) {
    #expect(MD5Digest(hex: Array(text.utf8)) == nil)
  }

  private func sums(_ bytes: [UInt8], block: Int = 2 << 20) -> Set<MD5Digest> {
    var sums = MD5Sums(.withoutLineEnds)
    let span = bytes.span
    for start in stride(from: 0, to: bytes.count, by: block) {
      sums.update(span.extracting(start..<min(start + block, bytes.count)))
    }
    return sums.finalize()
  }

  private func digest(_ bytes: [UInt8]) -> MD5Digest { MD5.digest(of: bytes.span) }

  private func digest(_ text: String) -> MD5Digest { digest(Array(text.utf8)) }

  @Test func `of text the line ends of Windows count as those of Unix`() {
    #expect(sums(Array("a\r\nb\r\r\nc\r".utf8)).contains(digest("a\nb\r\nc\r")))
    #expect(sums(Array("a\nb".utf8)) == [digest("a\nb")])
    #expect(sums([]) == [digest("")])
  }

  @Test func `what has a zero byte, or too many others, is no text`() {
    let binary = Array("a\r\n".utf8) + [0]
    #expect(sums(binary) == [digest(binary)])
    // Three of ten may be others, four may not.
    let seven = Array("abcde\r\n".utf8)
    #expect(sums(seven + [0x80, 0x81, 0x82]).count == 2)
    let six = Array("abcd\r\n".utf8) + [0x80, 0x81, 0x82, 0x83]
    #expect(sums(six) == [digest(six)])
  }

  @Test func `each block is looked at by newer versions, and the file by older ones`() {
    let text = [UInt8](repeating: 0x61, count: 1 << 20)
    let bytes = text + [0, 0x0D, 0x0A]
    #expect(sums(bytes) == [digest(bytes), digest(text + [0, 0x0A])])
    // A line end on the edge of two blocks stays.
    let edge = Array(text.dropLast()) + [0x0D, 0x0A]
    #expect(sums(edge) == [digest(edge)])
    #expect(sums(edge, block: 1 << 20) == sums(edge))
  }

  @Test(arguments: [0, 5, 300_000, SmallFileIngest.limit, SmallFileIngest.limit + 1, 21 << 20])
  func `a file is stored and summed in one reading`(count: Int) throws {
    let directory = FilePath(try TemporaryDirectory.required().path)
    let store = try ObjectStore.create(at: directory.appending("store"))
    let bytes = sampleBytes(count: count, seed: 7)
    let file = directory.appending("file")
    try AtomicFile.replace(file, with: bytes, durably: false)
    let (sum, oid) = (digest(bytes), SHA256.id(of: bytes.span))
    for form in [MD5Form.plain, .withoutLineEnds] {
      let writer = try store.writer()
      let added = Mutex<AddedFile?>(nil)
      try writer.addFiles(
        1, md5: form, progress: nil,
        open: { _ throws(FileError) in try OpenFile.forReading(file) },
        done: { _, outcome in
          if case .success(let file) = outcome { added.withLock { $0 = file } }
        })
      try writer.finish(durably: false)
      let found = try #require(added.withLock { $0 })
      #expect(found.md5.contains(sum))
      #expect(found.id == oid)
    }
  }
}
