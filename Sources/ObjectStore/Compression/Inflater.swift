internal import CZlib

/// Takes compressed bytes as other programs write them, piece by piece: a member of a gzip file, or
/// the bare deflate data of a zip file (RFC 1952, RFC 1951).
@safe
package final class Inflater {
  /// What surrounds the compressed data.
  package enum Form: Hashable, Sendable {
    /// A header, and a checksum that is compared.
    case gzip
    /// Nothing.
    case bare
  }

  /// How far a step came.
  package struct Step: Hashable, Sendable {
    /// How many bytes of the input were used.
    package let used: Int

    /// Whether the compressed data ends behind them.
    package let isAtEnd: Bool
  }

  private let stream: UnsafeMutablePointer<z_stream>

  /// Prepares to inflate.
  package init(_ form: Form) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15: a window of 32 KiB; 16 more ask for gzip, less than zero for no header.
    let bits: CInt = form == .gzip ? 31 : -15
    let status = unsafe inflateInit2_(
      stream, bits, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib has no memory, or is another version than at build time")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Begins anew, as for the next member of a gzip file.
  package func reset() {
    unsafe inflateReset(stream)
  }

  /// Inflates the next bytes.
  ///
  /// - Parameters:
  ///   - input: Compressed bytes, not empty.
  ///   - room: How many bytes to make at most, at least 1.
  ///   - output: What was made is appended to it.
  /// - Returns: How far it came: not all of the input is used where the room is.
  /// - Throws: ``CodecError/damaged(_:)``, also for data that need a dictionary.
  package func inflate(
    _ input: Span<UInt8>, room: Int, appendingTo output: inout [UInt8]
  ) throws(CodecError) -> Step {
    precondition(!input.isEmpty && room > 0, "nothing to inflate, or no room")
    var status = Z_DATA_ERROR
    let count = min(input.count, 1 << 30)
    let size = min(room, 1 << 30)
    unsafe input.withUnsafeBufferPointer { source in
      output.append(addingCapacity: size) { target in
        unsafe target.withUnsafeMutableBufferPointer { buffer, filled in
          unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
          unsafe stream.pointee.avail_in = UInt32(count)
          unsafe stream.pointee.next_out = buffer.baseAddress
          unsafe stream.pointee.avail_out = UInt32(size)
          status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
          filled = unsafe size - Int(stream.pointee.avail_out)
        }
      }
    }
    let used = unsafe count - Int(stream.pointee.avail_in)
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
      throw .damaged(.zlib)
    }
    return Step(used: used, isAtEnd: status == Z_STREAM_END)
  }

  /// The checksum that zip files keep (CRC-32), of bytes that follow those of another one.
  ///
  /// - Parameters:
  ///   - bytes: The next bytes.
  ///   - sum: The checksum of all before them; 0 at the start.
  package static func checksum(_ bytes: Span<UInt8>, after sum: UInt32) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      // A buffer of no bytes has no address, for which zlib would begin anew.
      if buffer.isEmpty { return sum }
      return unsafe UInt32(truncatingIfNeeded: crc32_z(UInt(sum), buffer.baseAddress, buffer.count))
    }
  }
}
