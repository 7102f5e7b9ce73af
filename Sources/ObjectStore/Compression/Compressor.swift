internal import CZlib
internal import CZstd

/// Turns the bytes of records into what is stored.
///
/// It owns the contexts of the libraries and reuses them for every record, so each thread that
/// compresses has one of its own. The result depends on the bytes and the setting alone.
@safe
package struct Compressor: ~Copyable {
  /// A record must become smaller by 1 / `leastSaving` of its size to be stored compressed: 3 %.
  private static let leastSaving = 33

  /// Smaller records are stored as they are, in bytes.
  private static let leastSize = 64

  private static let zstdLevel: CInt = 1
  private static let zlibLevel: CInt = 4

  /// The planes' frames are made without looking for matches: a strongly negative level skips
  /// over everything, and literals are still entropy-coded.
  private static let literalsOnlyLevel: CInt = -131_072

  private let zstd: OpaquePointer
  private let literals: OpaquePointer
  private let zlib: UnsafeMutablePointer<z_stream>
  private var analysis = ContentAnalysis()

  /// One plane, before it is coded.
  private var scratch: [UInt8] = []

  /// The result of a second attempt.
  private var second: [UInt8] = []

  package init() {
    unsafe zstd = Self.zstdContext(level: Self.zstdLevel)
    unsafe literals = Self.zstdContext(level: Self.literalsOnlyLevel)
    unsafe Self.set(ZSTD_c_experimentalParam5, to: CInt(ZSTD_ps_enable.rawValue), in: literals)
    unsafe Self.set(ZSTD_c_hashLog, to: CInt(ZSTD_HASHLOG_MIN), in: literals)
    unsafe zlib = .allocate(capacity: 1)
    unsafe zlib.initialize(to: z_stream())
    let status = unsafe deflateInit_(
      zlib, Self.zlibLevel, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib has no memory, or is another version than at build time")
  }

  deinit {
    unsafe ZSTD_freeCCtx(zstd)
    unsafe ZSTD_freeCCtx(literals)
    unsafe deflateEnd(zlib)
    unsafe zlib.deallocate()
  }

  /// Appends to `output` what is to be stored for `bytes`.
  ///
  /// - Parameters:
  ///   - bytes: The content of one record, under 16 MiB.
  ///   - setting: What the user wants.
  ///   - output: What is stored is appended to it; never more than `bytes.count` bytes.
  /// - Returns: The codec of what was appended; ``Codec/stored`` whenever another would not
  ///   save 3 %.
  package mutating func compress(
    _ bytes: Span<UInt8>, setting: CompressionSetting, into output: inout [UInt8]
  ) -> Codec {
    let room = bytes.count - bytes.count / Self.leastSaving - 1
    let start = output.count
    var codec = Codec.stored
    if bytes.count >= Self.leastSize, setting != .none {
      output.append(addingCapacity: bytes.count) { stored in
        codec = unsafe bytes.withUnsafeBufferPointer { source in
          unsafe stored.withUnsafeMutableBufferPointer { buffer, count in
            let target = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<room])
            return unsafe attempt(setting, source, target, &count)
          }
        }
      }
    }
    if codec == .stored {
      precondition(output.count == start, "an attempt that failed must leave nothing behind")
      unsafe bytes.withUnsafeBufferPointer { unsafe output.append(contentsOf: $0) }
    }
    return codec
  }

  /// Tries what suits `source`, and leaves in `count` the size of the result, 0 for none.
  @unsafe
  private mutating func attempt(
    _ setting: CompressionSetting, _ source: UnsafeBufferPointer<UInt8>,
    _ target: UnsafeMutableBufferPointer<UInt8>, _ count: inout Int
  ) -> Codec {
    let plan = unsafe analysis.plan(for: source)
    count = 0
    if setting == .zlib {
      if plan.whole != .stored { unsafe count = deflated(source, target) }
      return count > 0 ? .zlib : .stored
    }
    if setting == .auto, let split = plan.split {
      unsafe count = planes(source, target, split)
      guard plan.whole == .matches else { return count > 0 ? .planes : .stored }
      // Split or not: either may win where numbers come again, so both are tried.
      return unsafe replaced(source, target, &count) ? .zstd : count > 0 ? .planes : .stored
    }
    if plan.whole != .stored {
      unsafe count = Self.frame(plan.whole == .literals ? literals : zstd, source, target)
    }
    return count > 0 ? .zstd : .stored
  }

  /// Replaces the first `count` bytes of `target` by a zstd frame if that is smaller.
  @unsafe
  private mutating func replaced(
    _ source: UnsafeBufferPointer<UInt8>, _ target: UnsafeMutableBufferPointer<UInt8>,
    _ count: inout Int
  ) -> Bool {
    let limit = count > 0 ? count - 1 : target.count
    if second.count < limit { second = [UInt8](repeating: 0, count: limit) }
    let zstd = unsafe zstd
    let length = unsafe second.withUnsafeMutableBufferPointer { buffer in
      let room = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<limit])
      let length = unsafe Self.frame(zstd, source, room)
      _ = unsafe target.update(fromContentsOf: UnsafeBufferPointer(rebasing: room[..<length]))
      return length
    }
    guard length > 0 else { return false }
    count = length
    return true
  }

  // MARK: - Codecs

  /// Compresses with zlib; 0 when `target` is too small.
  @unsafe
  private func deflated(
    _ source: UnsafeBufferPointer<UInt8>, _ target: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    unsafe deflateReset(zlib)
    unsafe zlib.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
    unsafe zlib.pointee.avail_in = UInt32(source.count)
    unsafe zlib.pointee.next_out = target.baseAddress
    unsafe zlib.pointee.avail_out = UInt32(target.count)
    guard unsafe deflate(zlib, Z_FINISH) == Z_STREAM_END else { return 0 }
    return unsafe target.count - Int(zlib.pointee.avail_out)
  }

  /// Compresses into one zstd frame; 0 when `target` is too small.
  @unsafe
  private static func frame(
    _ context: OpaquePointer, _ source: UnsafeBufferPointer<UInt8>,
    _ target: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    let size = unsafe ZSTD_compress2(
      context, target.baseAddress, target.count, source.baseAddress, source.count)
    return ZSTD_isError(size) == 0 ? size : 0
  }

  /// Splits into planes and codes those that shrink; 0 when `target` is too small.
  @unsafe
  private mutating func planes(
    _ source: UnsafeBufferPointer<UInt8>, _ target: UnsafeMutableBufferPointer<UInt8>,
    _ split: ContentAnalysis.Split
  ) -> Int {
    let width = split.width
    let largest = PlaneSplitting.size(ofPlane: 0, width: width, count: source.count)
    if scratch.count < largest { scratch = [UInt8](repeating: 0, count: largest) }
    var header = PlaneHeader(width: width, coded: split.coded)
    var position = header.byteCount
    let literals = unsafe literals
    for plane in 0..<width {
      let size = PlaneSplitting.size(ofPlane: plane, width: width, count: source.count)
      guard header.isCoded(plane) else {
        guard position + size <= target.count, let base = target.baseAddress else { return 0 }
        unsafe PlaneSplitting.extract(
          plane: plane, width: width, of: source, to: base + position)
        position += size
        continue
      }
      let room = unsafe UnsafeMutableBufferPointer(rebasing: target[min(position, target.count)...])
      let length = unsafe scratch.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return 0 }
        unsafe PlaneSplitting.extract(plane: plane, width: width, of: source, to: base)
        let bytes = unsafe UnsafeBufferPointer(start: base, count: size)
        return unsafe Self.frame(literals, bytes, room)
      }
      guard length > 0 else { return 0 }
      header.setLength(length, ofPlane: plane)
      position += length
    }
    unsafe header.write(to: target)
    return position
  }

  // MARK: - Contexts

  private static func zstdContext(level: CInt) -> OpaquePointer {
    guard let context = unsafe ZSTD_createCCtx() else { preconditionFailure("zstd has no memory") }
    unsafe set(ZSTD_c_compressionLevel, to: level, in: context)
    // Pack and name already tell damage, and every frame is decompressed in one go.
    unsafe set(ZSTD_c_checksumFlag, to: 0, in: context)
    return unsafe context
  }

  @unsafe
  private static func set(_ parameter: ZSTD_cParameter, to value: CInt, in context: OpaquePointer) {
    let status = unsafe ZSTD_CCtx_setParameter(context, parameter, value)
    precondition(ZSTD_isError(status) == 0, "zstd does not know a parameter")
  }
}
