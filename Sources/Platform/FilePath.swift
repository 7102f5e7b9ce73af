package import Primitives

/// A path as the operating system takes it: bytes, absolute or relative to the working directory.
///
/// Nothing is normalised: `a/../b` may lead elsewhere than `b` where `a` is a symlink.
package struct FilePath: Hashable, Sendable {
  package let bytes: ByteString

  package init(_ bytes: ByteString) {
    self.bytes = bytes
  }

  package init(_ text: String) {
    bytes = ByteString(text)
  }

  package var isAbsolute: Bool { bytes.bytes.first == UInt8(ascii: "/") }

  /// The path of `name` in this directory.
  ///
  /// An absolute `name` replaces the path.
  package func appending(_ name: ByteString) -> Self {
    if name.isEmpty { return self }
    if bytes.isEmpty || name.bytes.first == UInt8(ascii: "/") { return Self(name) }
    let slash: [UInt8] = bytes.bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
    return Self(ByteString(bytes.bytes + slash + name.bytes))
  }

  /// The path of `name` in this directory.
  package func appending(_ name: String) -> Self { appending(ByteString(name)) }

  /// The path of a repository's path, where this is the root of its worktree.
  package func appending(_ path: RepositoryPath) -> Self { appending(path.bytes) }

  /// The last component, without trailing slashes; empty for `/`.
  package var name: ByteString {
    ByteString(bytes.bytes.split(separator: UInt8(ascii: "/")).last ?? [])
  }

  /// The directory that holds the last component: `/` for `/a`, `.` for `a`.
  package var parent: Self {
    var rest = bytes.bytes[...]
    while rest.count > 1, rest.last == UInt8(ascii: "/") { rest.removeLast() }
    guard let slash = rest.lastIndex(of: UInt8(ascii: "/")) else { return Self(".") }
    return slash == 0 ? Self("/") : Self(ByteString(rest[..<slash]))
  }

  /// The absolute path without `.`, `..` and doubled slashes, as if there were no symlinks.
  var normalised: Self {
    var parts: [ArraySlice<UInt8>] = []
    for part in bytes.bytes.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual("..".utf8) {
        _ = parts.popLast()
      } else if !part.elementsEqual(".".utf8) {
        parts.append(part)
      }
    }
    return Self(ByteString(parts.flatMap { [UInt8(ascii: "/")] + $0 }))
  }

  /// Calls `body` with the path as a C string.
  func withCString<Result, Failure: Error>(
    _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe CString.with(bytes, body)
  }
}

/// The bytes of names and paths as C strings.
package enum CString {
  /// Calls `body` with `bytes` as a C string.
  ///
  /// Bytes after a NUL are not seen by C.
  package static func with<Result, Failure: Error>(
    _ bytes: ByteString, _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let terminated = bytes.bytes + [0]
    return try unsafe terminated.withUnsafeBufferPointer { buffer throws(Failure) in
      // A buffer of at least one element always has an address.
      guard let base = buffer.baseAddress else { preconditionFailure("an empty C string") }
      return try unsafe base.withMemoryRebound(to: CChar.self, capacity: buffer.count, body)
    }
  }
}

extension FilePath: CustomStringConvertible {
  /// The path, quoted where it is not printable UTF-8.
  package var description: String { bytes.description }
}

extension FilePath: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
