package import Primitives

/// What a record is for: so that runs can be listed, and data and metadata lie in separate packs.
package enum RecordClass: UInt8, Sendable, CaseIterable {
  case data = 0
  case tree = 1
  case recipe = 2
  case run = 3
}

/// What the stored bytes of a record decode to.
package enum RecordForm: UInt8, Sendable {
  /// The content itself.
  case content = 0

  /// The root node of a recipe; the SHA-256 of the file that it describes is the oid.
  case recipe = 1
}

/// Codec, form and class of a record, in the one byte that an entry has for them.
package struct RecordKind: Hashable, Sendable {
  /// Bits 0–3 codec, bit 4 form, bits 5–6 class, bit 7 zero.
  package let byte: UInt8

  package init(codec: Codec, form: RecordForm, class recordClass: RecordClass) {
    byte = codec.rawValue | form.rawValue << 4 | recordClass.rawValue << 5
  }

  /// Takes the byte of an entry, or returns `nil` when bit 7 is set.
  ///
  /// A codec that this version does not know is no reason to refuse: see ``codec``.
  package init?(byte: UInt8) {
    guard byte & 0x80 == 0 else { return nil }
    self.byte = byte
  }

  /// How the bytes are stored.
  ///
  /// - Throws: ``CodecError/unknown(number:)`` for a codec that a newer version may know.
  package var codec: Codec {
    get throws(CodecError) { try Codec(number: byte & 15) }
  }

  package var form: RecordForm { byte & 0x10 == 0 ? .content : .recipe }

  package var recordClass: RecordClass {
    // Two bits have four values, and there is a class for each.
    RecordClass(rawValue: byte >> 5 & 3) ?? .data
  }
}

/// The number of a pack in an open store.
///
/// It means nothing in another process.
package struct PackNumber: Hashable, Sendable {
  let value: UInt32
}

/// Where a record lies in an open store.
package struct RecordEntry: Hashable, Sendable {
  package let oid: ObjectID
  package let pack: PackNumber

  /// The distance of the first stored byte from the start of the pack, in bytes.
  package let offset: UInt32

  /// The size of the record as stored, in bytes.
  package let storedLength: UInt32

  /// The size after decoding, in bytes: under 16 MiB.
  package let length: Int

  package let kind: RecordKind
}
