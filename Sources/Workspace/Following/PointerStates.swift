internal import Git
internal import Platform
package import Primitives

/// What the pointers of a worktree are, or were: enough to see which of them git has moved.
package struct PointerStates: Hashable, Sendable {
  /// What is known of one path.
  struct State: Hashable, Sendable {
    /// A checksum of the pointer file.
    let pointer: UInt64

    /// A checksum of the base: where Shale itself has moved both, git may move the pointer back.
    let base: UInt64
  }

  /// By the path of the data.
  private(set) var states: [RepositoryPath: State]

  init(_ states: [RepositoryPath: State] = [:]) {
    self.states = states
  }

  /// The paths with a pointer.
  package var paths: Set<RepositoryPath> { Set(states.keys) }

  /// The paths whose pointer or base is another than it was, or was not there, in order.
  package func changed(since before: Self?) -> [RepositoryPath] {
    guard let before else { return states.keys.sorted() }
    return states.filter { before.states[$0.key] != $0.value }.keys.sorted()
  }

  /// The paths whose pointer was there and is gone, in order.
  package func gone(since before: Self?) -> [RepositoryPath] {
    before.map { $0.states.keys.filter { states[$0] == nil }.sorted() } ?? []
  }

  /// Forgets some, so that they count as changed.
  package mutating func forget(_ paths: some Sequence<RepositoryPath>) {
    for path in paths { states[path] = nil }
  }

  /// The same pointers, with the bases that they have after data followed them.
  package func taking(basesOf after: Self) -> Self {
    var states = states
    for (path, state) in states {
      states[path] = State(
        pointer: state.pointer, base: after.states[path]?.base ?? state.base)
    }
    return Self(states)
  }

  // MARK: - On disk

  /// The first line of the file.
  private static let header = Array("shale followed 1\n".utf8)

  /// The bytes of the file: after the first line, for each path 32 hexadecimal digits, a space, the
  /// path and a zero byte.
  func encoded() -> [UInt8] {
    var bytes = Self.header
    for (path, state) in states.sorted(by: { $0.key < $1.key }) {
      var words: [UInt8] = []
      words.append(littleEndian: state.pointer)
      words.append(littleEndian: state.base)
      bytes += Array(Hex.string(of: words).utf8) + [UInt8(ascii: " ")] + path.bytes.bytes + [0]
    }
    return bytes
  }

  /// Reads the file; `nil` for another one.
  init?(decoding bytes: [UInt8]) {
    guard bytes.starts(with: Self.header) else { return nil }
    var states: [RepositoryPath: State] = [:]
    for line in bytes.dropFirst(Self.header.count).split(separator: 0) {
      guard line.count > 33, let words = Hex.bytes(of: line.prefix(32)),
        let path = try? RepositoryPath(ByteString(line.dropFirst(33)))
      else { return nil }
      var reader = ByteReader(words)
      guard let pointer = reader.number(UInt64.self), let base = reader.number(UInt64.self) else {
        return nil
      }
      states[path] = State(pointer: pointer, base: base)
    }
    self.states = states
  }
}
