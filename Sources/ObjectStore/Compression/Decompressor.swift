internal import CZlib
internal import CZstd
package import Primitives

/// Turns what is stored back into the bytes of records.
///
/// Stored bytes are not trusted: never more than the recorded size is written, and anything that
/// does not yield exactly that, or has bytes left over, is refused. It owns the contexts of the
/// libraries and reuses them, so each thread that decompresses has one of its own.
@safe
package struct Decompressor: ~Copyable {
  private let zstd: OpaquePointer
  private let zlib: UnsafeMutablePointer<z_stream>
  private var scratch: [UInt8] = []

  package init() {
    guard let context = unsafe ZSTD_createDCtx() else { preconditionFailure("zstd has no memory") }
    unsafe zstd = context
    unsafe zlib = .allocate(capacity: 1)
    unsafe zlib.initialize(to: z_stream())
    let status = unsafe inflateInit_(zlib, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib has no memory, or is another version than at build time")
  }

  deinit {
    unsafe ZSTD_freeDCtx(zstd)
    unsafe inflateEnd(zlib)
    unsafe zlib.deallocate()
  }

  /// Fills `output` with the content of one record.
  ///
  /// - Parameters:
  ///   - codec: The codec that the record names.
  ///   - stored: The stored bytes, all of them and nothing else.
  ///   - output: Exactly as long as the content is recorded to be. After an error it may hold
  ///     anything.
  /// - Throws: ``CodecError/damaged(_:)`` or ``CodecError/wrongSize(_:recorded:)``.
  package mutating func decompress(
    _ codec: Codec, stored: Span<UInt8>, into output: inout MutableSpan<UInt8>
  ) throws(CodecError) {
    let recorded = ByteCount.bytes(output.count)
    let outcome = unsafe output.withUnsafeMutableBufferPointer { target in
      unsafe fill(target, codec, stored)
    }
    try outcome.check(codec, recorded)
  }

  /// Appends the content of one record to `output`, which stays as it is after an error.
  ///
  /// - Parameters:
  ///   - codec: The codec that the record names.
  ///   - stored: The stored bytes, all of them and nothing else.
  ///   - size: The size that the content is recorded to have; the caller has checked it against
  ///     the largest size of a record.
  ///   - output: Grows by exactly `size`, without being cleared first.
  /// - Throws: ``CodecError/damaged(_:)`` or ``CodecError/wrongSize(_:recorded:)``.
  package mutating func decompress(
    _ codec: Codec, stored: Span<UInt8>, size: ByteCount, appendingTo output: inout [UInt8]
  ) throws(CodecError) {
    var outcome = Outcome.damaged
    output.append(addingCapacity: size.bytes) { target in
      unsafe target.withUnsafeMutableBufferPointer { buffer, count in
        let exact = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<size.bytes])
        outcome = unsafe fill(exact, codec, stored)
        count = outcome == .done ? size.bytes : 0
      }
    }
    try outcome.check(codec, size)
  }

  private enum Outcome {
    case done, damaged, wrongSize

    func check(_ codec: Codec, _ recorded: ByteCount) throws(CodecError) {
      switch self {
      case .done: return
      case .damaged: throw .damaged(codec)
      case .wrongSize: throw .wrongSize(codec, recorded: recorded)
      }
    }
  }

  /// Fills `target`, which may hold anything afterwards unless the outcome is `done`.
  @unsafe
  private mutating func fill(
    _ target: UnsafeMutableBufferPointer<UInt8>, _ codec: Codec, _ stored: Span<UInt8>
  ) -> Outcome {
    // Only `stored` holds empty content; so no library ever meets a buffer without an address.
    guard codec == .stored || !stored.isEmpty else { return .damaged }
    guard codec == .stored || !target.isEmpty else { return .wrongSize }
    return unsafe stored.withUnsafeBufferPointer { source in
      switch codec {
      case .stored: unsafe Self.copy(source, target)
      case .zlib: unsafe inflated(source, target)
      case .zstd: unsafe Self.unframe(zstd, source, target)
      case .planes: unsafe merged(source, target)
      }
    }
  }

  @unsafe
  private static func copy(
    _ source: UnsafeBufferPointer<UInt8>, _ target: UnsafeMutableBufferPointer<UInt8>
  ) -> Outcome {
    guard source.count == target.count else { return .wrongSize }
    _ = unsafe target.update(fromContentsOf: source)
    return .done
  }

  @unsafe
  private func inflated(
    _ source: UnsafeBufferPointer<UInt8>, _ target: UnsafeMutableBufferPointer<UInt8>
  ) -> Outcome {
    guard let inputSize = UInt32(exactly: source.count),
      let outputSize = UInt32(exactly: target.count)
    else { return .damaged }
    unsafe inflateReset(zlib)
    unsafe zlib.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
    unsafe zlib.pointee.avail_in = inputSize
    unsafe zlib.pointee.next_out = target.baseAddress
    unsafe zlib.pointee.avail_out = outputSize
    switch unsafe inflate(zlib, Z_FINISH) {
    case Z_STREAM_END:
      guard unsafe zlib.pointee.avail_in == 0 else { return .damaged }
      return unsafe zlib.pointee.avail_out == 0 ? .done : .wrongSize
    case Z_BUF_ERROR:
      // Either the content goes on where the output ends, or the input ended too early.
      return unsafe zlib.pointee.avail_out == 0 ? .wrongSize : .damaged
    default:
      return .damaged
    }
  }

  /// Decompresses one zstd frame that fills both buffers to the last byte.
  @unsafe
  private static func unframe(
    _ context: OpaquePointer, _ source: UnsafeBufferPointer<UInt8>,
    _ target: UnsafeMutableBufferPointer<UInt8>
  ) -> Outcome {
    // The library would also read several frames, frames to be skipped, and its own old formats.
    let magic: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]
    guard source.count > magic.count, unsafe source.prefix(magic.count).elementsEqual(magic),
      unsafe ZSTD_findFrameCompressedSize(source.baseAddress, source.count) == source.count
    else { return .damaged }
    let size = unsafe ZSTD_decompressDCtx(
      context, target.baseAddress, target.count, source.baseAddress, source.count)
    guard ZSTD_isError(size) == 0 else {
      return ZSTD_getErrorCode(size) == ZSTD_error_dstSize_tooSmall ? .wrongSize : .damaged
    }
    return size == target.count ? .done : .wrongSize
  }

  @unsafe
  private mutating func merged(
    _ source: UnsafeBufferPointer<UInt8>, _ target: UnsafeMutableBufferPointer<UInt8>
  ) -> Outcome {
    guard let header = unsafe PlaneHeader(reading: source.span), let base = source.baseAddress
    else { return .damaged }
    if scratch.count < target.count { scratch = [UInt8](repeating: 0, count: target.count) }
    let zstd = unsafe zstd
    return unsafe scratch.withUnsafeMutableBufferPointer { scratch in
      guard let room = scratch.baseAddress else { return .damaged }
      var planes: [UnsafePointer<UInt8>] = unsafe []
      var position = header.byteCount
      var used = 0
      for plane in 0..<header.width {
        let size = PlaneSplitting.size(
          ofPlane: plane, width: header.width, count: target.count)
        let length = header.isCoded(plane) ? header.length(ofPlane: plane) : size
        guard length <= source.count - position else { return .damaged }
        if header.isCoded(plane) {
          let frame = unsafe UnsafeBufferPointer(start: base + position, count: length)
          let bytes = unsafe UnsafeMutableBufferPointer(start: room + used, count: size)
          let outcome = unsafe Self.unframe(zstd, frame, bytes)
          guard outcome == .done else { return outcome }
          unsafe planes.append(UnsafePointer(room + used))
          used += size
        } else {
          unsafe planes.append(base + position)
        }
        position += length
      }
      guard position == source.count else { return .damaged }
      unsafe PlaneSplitting.merge(planes, into: target)
      return .done
    }
  }
}
