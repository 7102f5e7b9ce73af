import Primitives
import Testing

@Suite struct ByteReaderTests {
  @Test func `what was appended is read back in order`() throws {
    let id = ObjectID(words: (1, 2, 3, 4))
    var bytes: [UInt8] = Array("MAGI".utf8)
    bytes.append(littleEndian: UInt16(0x0102))
    bytes.append(littleEndian: UInt32(0x0304_0506))
    bytes.append(littleEndian: UInt64(7))
    bytes.append(id)
    bytes += [9, 9]
    #expect(Array(bytes[4..<10]) == [2, 1, 6, 5, 4, 3])

    var reader = ByteReader(bytes)
    #expect(reader.consume(Array("MAGI".utf8)) == true)
    #expect(reader.number(UInt16.self) == 0x0102)
    #expect(reader.number(UInt32.self) == 0x0304_0506)
    #expect(reader.size() == 7)
    #expect(reader.objectID() == id)
    #expect(reader.remaining == 2)
    #expect(reader.array(2) == [9, 9])
    #expect(reader.isAtEnd)
  }

  @Test func `nothing is read past the end, and a failed read moves nothing`() {
    var reader = ByteReader([1, 2, 3])
    #expect(reader.number(UInt32.self) == nil)
    #expect(reader.size() == nil)
    #expect(reader.objectID() == nil)
    #expect(reader.array(4) == nil)
    #expect(reader.array(-1) == nil)
    #expect(reader.consume([1, 2, 3, 4]) == false)
    #expect(reader.consume([1, 9]) == false)
    #expect(reader.offset == 0)
    #expect(reader.array(3) == [1, 2, 3])
    #expect(reader.number(UInt8.self) == nil)
  }

  @Test func `a size beyond what memory can hold is refused`() {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt64(Int.max) + 1)
    var reader = ByteReader(bytes)
    #expect(reader.size() == nil)
  }
}
