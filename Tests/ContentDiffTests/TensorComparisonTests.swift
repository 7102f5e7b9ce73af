import Primitives
import TestSupport
import Testing

@testable import ContentDiff

@Suite(.temporaryDirectory) struct TensorComparisonTests {
  @Test func `tensors are compared by name, and elements as numbers`() throws {
    let old = safetensors([
      ("same", "F32", [2], bytes(of: [1, 2])), ("tuned", "F32", [2, 2], bytes(of: [1, 2, 3, 4])),
      ("gone", "U8", [3], [1, 2, 3]), ("shaped", "U8", [4], [1, 2, 3, 4]),
    ])
    let new = safetensors(
      [
        ("same", "F32", [2], bytes(of: [1, 2])),
        ("tuned", "F32", [2, 2], bytes(of: [1, 5, 3, .nan])),
        ("shaped", "U8", [2, 2], [1, 2, 3, 4]),
        ("fresh", "I64", [], [1, 0, 0, 0, 0, 0, 0, 0]),
      ], metadata: "{\"format\":\"pt\"}")
    let found = try #require(try compare("m.safetensors", old, new).tensors)
    #expect((found.oldCount, found.newCount) == (4, 4))
    #expect((found.added, found.removed, found.changed, found.unchanged) == (1, 1, 2, 1))
    #expect(found.changes.map(\.name) == ["tuned", "shaped", "fresh", "gone"])
    let tuned = found.changes[0]
    #expect(tuned.changedElements == 2 && tuned.norm == 3 && tuned.greatest == 3)
    #expect(tuned.notFinite == 1)
    #expect(found.changes[1].changedElements == nil)
    #expect(found.notes == [.init(kind: .added, path: "format", old: nil, new: "pt")])
    #expect(found.norm == 3)
  }

  @Test func `a type that changed is compared by value`() throws {
    let old = safetensors([("w", "F32", [3], bytes(of: [1, -2.5, 1.0001]))])
    let new = safetensors([("w", "BF16", [3], [0x80, 0x3F, 0x20, 0xC0, 0x80, 0x3F])])
    let change = try #require(try compare("m.safetensors", old, new).tensors?.changes.first)
    #expect((change.oldType, change.newType) == ("F32", "BF16"))
    #expect(change.changedElements == 1)
    #expect(abs((change.greatest ?? 0) - 0.0001) < 1e-6)
  }

  @Test(
    arguments: [
      ("F16", 0x3C00, 1.0), ("F16", 0x0001, 0x1p-24), ("F16", 0xFBFF, -65504),
      ("F16", 0x7C00, .infinity),
      ("BF16", 0x3FC0, 1.5), ("BF16", 0xC2F7, -123.5), ("F32", 0x3DCC_CCCD, Double(Float(0.1))),
      ("F8_E4M3", 0x7E, 448), ("F8_E4M3", 0x01, 0x1p-9), ("F8_E4M3", 0xB8, -1),
      ("F8_E5M2", 0x7B, 57344), ("F8_E5M2", 0x01, 0x1p-16), ("F8_E5M2", 0x7C, .infinity),
      ("I8", 0xFF, -1), ("I16", 0x8000, -32768), ("I32", 0xFFFF_FFFE, -2), ("U16", 0xFFFF, 65535),
      ("BOOL", 1, 1), ("I64", -5, -5), ("F64", 0x4009_21FB_5444_2D18, Double.pi),
    ] as [(String, Int, Double)])
  func `bits are the number that the type says`(name: String, bits: Int, value: Double) throws {
    let type = try #require(ElementType(safetensors: name))
    #expect(type.value(of: UInt64(bitPattern: Int64(bits))) == value)
  }

  @Test func `what is no number is told as such`() throws {
    for (name, bits) in [("F16", 0x7E00), ("F8_E4M3", 0x7F), ("F8_E5M2", 0x7D)]
      as [(String, UInt64)]
    {
      #expect(try #require(ElementType(safetensors: name)).value(of: bits).isNaN)
    }
  }

  /// Headers that say what is not so, and what is said of them.
  static let lies: [(bytes: [UInt8], words: String)] = [
    ([1, 2, 3], "ends before the length"),
    (safetensors(header: "{}", claimed: 1 << 40, []), "claims 1099511627776 bytes"),
    (safetensors(header: "{}", claimed: .max, []), "claims"),
    (safetensors(header: "{}", claimed: 1, []), "not JSON"),
    (safetensors(header: "[]", []), "not an object"),
    (
      safetensors(header: "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", [1]),
      "beyond"
    ),
    (
      safetensors(header: "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", [1]),
      "beyond"
    ),
    (
      safetensors(
        header:
          "{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036854775807,9],\"data_offsets\":[0,1]}}", [1]
      ),
      "not what its shape takes"
    ),
    (
      safetensors(header: "{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}}", [1]),
      "says no"
    ),
    (
      safetensors(
        header: "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", [1, 2]), "behind"
    ),
    (
      safetensors(
        header: "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", [1, 2]), "end at"
    ),
    (
      safetensors(
        header:
          "{\"a\":{\"dtype\":\"X\",\"shape\":[9223372036854775807,9],\"data_offsets\":[0,1]}}", [1]),
      "counted"
    ),
  ]

  @Test(arguments: lies.indices)
  func `a header that lies is told, and bytes are compared`(number: Int) throws {
    let (lie, words) = Self.lies[number]
    let good = safetensors([("a", "U8", [1], [1])])
    for (old, new, side) in [(lie, good, "old"), (good, lie, "new")] {
      let found = try compare("m.safetensors", old, new)
      #expect(found.form == .bytes || found.form == .lines)
      #expect(found.note?.hasPrefix("\(side) content: ") == true)
      #expect(found.note?.contains(words) == true, "\(found.note ?? "")")
    }
  }

  // MARK: - NumPy

  static let head = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"

  @Test func `an array of NumPy is one tensor`() throws {
    let old = npy(Self.head + "   \n", bytes(of: [1, 2, 3, 4]))
    let new = npy(Self.head + "\n", bytes(of: [1, 2, 3, 5]))
    let found = try #require(try compare("a.npy", old, new).tensors?.changes.first)
    #expect(found.changedElements == 1 && found.norm == 1)
    #expect(found.newShape == [2, 2] && found.newType == "<f4")
    let big = npy(
      Self.head.replacing("<f4", with: ">f4"),
      bytes(of: [1, 2, 3, 4].map { Float(bitPattern: ($0 as Float).bitPattern.byteSwapped) }))
    let swapped = try #require(try compare("a.npy", old, big).tensors?.changes.first)
    #expect(swapped.changedElements == 0)
  }

  @Test(arguments: [
    (head.replacing("<f4", with: "|O"), "objects of Python, which are never loaded"),
    (
      head.replacing("'<f4'", with: "[('a', '<f4'), ('b', '|O')]"),
      "objects of Python, which are never loaded"
    ),
    (head.replacing("'<f4'", with: "[('a', '<f4')]"), "several fields"),
    (head.replacing("(2, 2)", with: "(2, 3)"), "not what its shape takes"),
    (head.replacing("(2, 2)", with: "(9223372036854775807, 8)"), "counted"),
    (head.replacing("False", with: "__import__('os')"), "not as NumPy writes it"),
    (head.replacing("'shape'", with: "'descr'"), "not as NumPy writes it"),
    (head.replacing("<f4", with: "<q9"), "not known"),
    ("{}", "not as NumPy writes it"),
  ])
  func `a header of NumPy is read strictly, and objects are refused`(header: String, words: String)
    throws
  {
    let good = npy(Self.head, bytes(of: [1, 2, 3, 4]))
    let found = try compare("a.npy", good, npy(header, bytes(of: [1, 2, 3, 5])))
    #expect(found.form == .bytes)
    #expect(found.note?.contains(words) == true, "\(found.note ?? "")")
  }

  // MARK: - Zip files

  static let zipScript = """
    import sys, io, zipfile
    head = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000,), }"
    array = b'\\x93NUMPY\\x01\\x00' + len(head).to_bytes(2, 'little') + head
    def file(way, byte):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, 'w', way, allowZip64=True) as zipped:
            for name in ['a.npy', 'b.npy']:
                with zipped.open(name, 'w', force_zip64=True) as member:
                    member.write(array + bytes([byte if name == 'b.npy' else 0, 0, 128, 63]) + bytes(3996))
        return buffer.getvalue()
    sys.stdout.buffer.write(file(getattr(zipfile, sys.argv[1]), int(sys.argv[2])))
    """

  static func zip(_ way: String, _ byte: Int) throws -> [UInt8] {
    try Program.succeed(
      "python3", ["-c", ByteString(zipScript), ByteString(way), ByteString("\(byte)")]
    ).output
  }

  @Test(arguments: ["ZIP_STORED", "ZIP_DEFLATED"], ["ZIP_STORED", "ZIP_DEFLATED"])
  func `arrays in a zip file are compared, deflated or not`(one: String, other: String) throws {
    let found = try #require(
      try compare("a.npz", Self.zip(one, 0), Self.zip(other, 1)).tensors)
    #expect((found.changed, found.unchanged) == (1, 1))
    #expect(found.changes.first?.name == "b" && found.changes.first?.changedElements == 1)
  }

  @Test func `a zip file that is damaged in any byte is compared or refused`() throws {
    for way in ["ZIP_STORED", "ZIP_DEFLATED"] {
      let good = try Self.zip(way, 0)
      for place in stride(from: 0, to: good.count, by: max(1, good.count / 400)) {
        for mask: UInt8 in [0xFF, 0x01] {
          var bad = good
          bad[place] ^= mask
          _ = try compare("a.npz", good, bad)
          _ = try compare("a.npz", Array(good[..<place]), bad)
        }
      }
    }
  }

  @Test func `methods that are not known, and sizes that cannot be, are refused`() throws {
    let good = try Self.zip("ZIP_STORED", 0)
    let packed = try Self.zip("ZIP_BZIP2", 0)
    #expect(try compare("a.npz", good, packed).note?.contains("method 12") == true)
    // The last entry of the directory claims more than deflate can make.
    var bomb = try Self.zip("ZIP_DEFLATED", 0)
    let entry = try #require(
      bomb.indices.last { bomb[$0...].starts(with: [0x50, 0x4B, 0x01, 0x02]) })
    for index in 24..<27 { bomb[entry + index] = 0xFF }
    #expect(try compare("a.npz", good, bomb).note?.contains("cannot be") == true)
  }
}
