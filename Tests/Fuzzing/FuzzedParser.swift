/// A parser of bytes that may come from anybody, as the fuzzer sees it.
///
/// Whatever the bytes are, the parser takes them or refuses them: it neither traps nor hangs, and
/// what it takes in a format of one encoding is written again as the same bytes.
package struct FuzzedParser: Sendable {
  /// What a parser made of some bytes.
  package enum Verdict: Sendable {
    case accepted
    case refused
  }

  /// How it is called, in reports and in `fixtures/crashers`.
  package let name: String

  /// Inputs that it accepts, to start from.
  package let seeds: @Sendable () throws -> [[UInt8]]

  /// Pieces that inputs are made of.
  package let words: [String]

  /// The same bytes with every checksum and hash put right, so that what is behind them is reached.
  package let repaired: (@Sendable ([UInt8]) -> [UInt8])?

  /// Reads the bytes, and throws ``BrokenPromise`` where a property does not hold.
  package let read: @Sendable ([UInt8]) throws -> Verdict

  init(
    _ name: String, words: [String] = [], seeds: @escaping @Sendable () throws -> [[UInt8]],
    repaired: (@Sendable ([UInt8]) -> [UInt8])? = nil,
    read: @escaping @Sendable ([UInt8]) throws -> Verdict
  ) {
    self.name = name
    self.words = words
    self.seeds = seeds
    self.repaired = repaired
    self.read = read
  }

  /// A parser of text.
  init(
    _ name: String, words: [String] = [], texts: [String],
    repaired: (@Sendable ([UInt8]) -> [UInt8])? = nil,
    read: @escaping @Sendable ([UInt8]) throws -> Verdict
  ) {
    self.init(
      name, words: words, seeds: { texts.map { Array($0.utf8) } }, repaired: repaired, read: read)
  }

  /// Every parser.
  package static let all: [FuzzedParser] =
    plainParsers + storeParsers + listParsers + codecParsers + rootParsers + worktreeParsers
    + documentParsers + contentParsers + migrationParsers + runParsers + settingParsers

  /// Calls what may throw, and also makes the text of the error, as a command would.
  static func verdict(_ body: () throws -> Void) throws -> Verdict {
    do {
      try body()
      return .accepted
    } catch let error as BrokenPromise {
      throw error
    } catch {
      return "\(error)".isEmpty ? .accepted : .refused
    }
  }

  /// Fails unless what was read is written as it was: the format has one encoding for one value.
  static func expectSame(_ written: [UInt8], as bytes: [UInt8]) throws {
    if written == bytes { return }
    throw BrokenPromise("accepted \(bytes.count) bytes that it writes as \(written.count) others")
  }
}

/// A property that did not hold.
package struct BrokenPromise: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
