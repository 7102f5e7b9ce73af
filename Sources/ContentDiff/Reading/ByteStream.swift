internal import ObjectStore
internal import Primitives

/// Bytes that come one piece after the other.
protocol ByteStream: AnyObject {
  /// The next bytes: none at the end, and then never again.
  func next() throws(ContentProblem) -> [UInt8]
}

/// A source from its start to its end.
final class SourceStream: ByteStream {
  private static let pieceSize = 1 << 20

  private let source: any ByteSource
  private let progress: ProgressCounter?
  private var offset = 0

  init(_ source: any ByteSource, progress: ProgressCounter? = nil) {
    self.source = source
    self.progress = progress
  }

  func next() throws(ContentProblem) -> [UInt8] {
    let range = offset..<min(offset + Self.pieceSize, source.size)
    if range.isEmpty { return [] }
    let bytes = try source.bytes(in: range)
    offset = range.upperBound
    progress?.advance(bytes: range.count)
    return bytes
  }
}

/// What compressed bytes stand for: the members of a gzip file one after the other, or what a zip
/// file holds.
final class InflatedStream: ByteStream {
  /// What a zip file says of a member.
  struct Claim {
    let size: Int
    let checksum: UInt32
  }

  private static let pieceSize = 256 << 10

  private let input: any ByteStream
  private let inflater: Inflater
  private let claim: Claim?
  private let limit: Int
  private var piece: [UInt8] = []
  private var position = 0
  private var total = 0
  private var sum: UInt32 = 0

  /// Whether a gzip file may end here.
  private var isBetweenMembers = false
  private var isFinished = false

  /// Inflates a gzip file.
  ///
  /// - Parameters:
  ///   - input: The compressed bytes.
  ///   - size: How many they are. What comes to much more than others ever do is a bomb.
  init(gzip input: any ByteStream, size: Int) {
    self.input = input
    inflater = Inflater(.gzip)
    claim = nil
    limit = ContentLimits.inflated(size)
  }

  /// Inflates what a zip file holds.
  init(bare input: any ByteStream, claim: Claim) {
    self.input = input
    inflater = Inflater(.bare)
    self.claim = claim
    limit = claim.size
  }

  func next() throws(ContentProblem) -> [UInt8] {
    while !isFinished {
      if position == piece.count {
        piece = try input.next()
        position = 0
      }
      if piece.isEmpty {
        guard isBetweenMembers else { throw .unreadable("its compressed data ends too early") }
        isFinished = true
        break
      }
      // What follows the last member is padding.
      if isBetweenMembers, piece[position] != 0x1F {
        isFinished = true
        break
      }
      let bytes = try inflate()
      if !bytes.isEmpty { return bytes }
    }
    return []
  }

  private func inflate() throws(ContentProblem) -> [UInt8] {
    var output: [UInt8] = []
    let (piece, position) = (piece, position)
    let step: Inflater.Step
    do throws(CodecError) {
      step = try inflater.inflate(
        piece.span.extracting(position..<piece.count), room: Self.pieceSize, appendingTo: &output)
    } catch {
      throw .unreadable("its compressed data is damaged")
    }
    guard step.used > 0 || !output.isEmpty || step.isAtEnd else {
      throw .unreadable("its compressed data is damaged")
    }
    self.position += step.used
    total += output.count
    isBetweenMembers = false
    if total > limit { throw .unreadable("its compressed data comes to more than \(limit) bytes") }
    if let claim {
      sum = Inflater.checksum(output.span, after: sum)
      isFinished = step.isAtEnd
      if isFinished, total != claim.size || sum != claim.checksum {
        throw .unreadable("its compressed data is damaged")
      }
    } else if step.isAtEnd {
      inflater.reset()
      isBetweenMembers = true
    }
    return output
  }
}

/// A stream whose first bytes were taken and are given back.
final class ResumedStream: ByteStream {
  private var first: [UInt8]
  private let rest: any ByteStream

  init(_ first: [UInt8], _ rest: any ByteStream) {
    self.first = first
    self.rest = rest
  }

  func next() throws(ContentProblem) -> [UInt8] {
    if first.isEmpty { return try rest.next() }
    defer { first = [] }
    return first
  }
}

/// What is held in memory at most: contents may come from anybody.
enum ContentLimits {
  /// Lines of text up to this size are compared in their order.
  static let text = ByteCount.mebibytes(4)

  /// One row or line.
  static let row = ByteCount.mebibytes(1)

  /// A document, as its readers have it.
  static let document = ByteCount.mebibytes(16)

  /// Rows that wait for their partner at a time: about 100 bytes each.
  static let waitingRows = 1 << 20

  /// The content of rows that wait.
  static let waitingText = ByteCount.mebibytes(32)

  /// How often both sides are read, each time for a part of the keys, before that is given up.
  static let passes = 64

  /// The columns of a table.
  static let columns = 10_000

  /// The header of a safetensors file.
  static let tensorHeader = ByteCount.mebibytes(16)

  /// The header of an array of NumPy.
  static let arrayHeader = ByteCount.mebibytes(1)

  /// The directory of a zip file.
  static let zipDirectory = ByteCount.mebibytes(16)

  /// What a gzip file of a size may come to.
  ///
  /// Deflate yields 1,032 times its input at most, and tables of real data thirty times.
  static func inflated(_ size: Int) -> Int { size.multipliedFully(by: 200) + (64 << 20) }
}

extension Int {
  /// The product, or half of the greatest number where that is too small for it.
  fileprivate func multipliedFully(by factor: Int) -> Int {
    let (product, isTooLarge) = multipliedReportingOverflow(by: factor)
    return isTooLarge ? Int.max / 2 : Swift.min(product, Int.max / 2)
  }
}

extension ByteStream {
  /// All bytes, if they are no more than a limit; otherwise `nil`.
  func contents(limit: ByteCount) throws(ContentProblem) -> [UInt8]? {
    var bytes: [UInt8] = []
    while true {
      let piece = try next()
      if piece.isEmpty { return bytes }
      bytes += piece
      if bytes.count > limit.bytes { return nil }
    }
  }
}
