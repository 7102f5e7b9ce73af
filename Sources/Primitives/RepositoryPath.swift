/// A path inside a repository, from the root of its worktree, as git spells it.
///
/// Always relative, with `/` between components, and never leading out: no component is empty,
/// `.`, `..`, or holds a NUL byte. The empty path is the root itself.
package struct RepositoryPath: Hashable, Sendable {
  package let bytes: ByteString

  /// The root of the worktree.
  package static let root = Self(unchecked: "")

  private init(unchecked bytes: ByteString) {
    self.bytes = bytes
  }

  /// Checks a path that comes from outside.
  ///
  /// - Throws: ``PathError`` when a component is not a name that can lie in a directory.
  package init(_ bytes: ByteString) throws(PathError) {
    if !bytes.isEmpty {
      for component in bytes.bytes.split(
        separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      {
        try Self.check(component, in: bytes)
      }
    }
    self.bytes = bytes
  }

  /// The path of `name` in this directory.
  ///
  /// - Throws: ``PathError`` when `name` is empty, `.`, `..`, or holds a slash or a NUL byte.
  package func appending(_ name: ByteString) throws(PathError) -> Self {
    try Self.check(name.bytes[...], in: name)
    return isRoot
      ? Self(unchecked: name)
      : Self(unchecked: ByteString(bytes.bytes + [UInt8(ascii: "/")] + name.bytes))
  }

  /// The path of `path` in this directory.
  package func appending(_ path: Self) -> Self {
    if isRoot { return path }
    if path.isRoot { return self }
    return Self(unchecked: ByteString(bytes.bytes + [UInt8(ascii: "/")] + path.bytes.bytes))
  }

  package var isRoot: Bool { bytes.isEmpty }

  /// The last component, or nothing for the root.
  package var name: ByteString {
    guard let slash = bytes.bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes }
    return ByteString(bytes.bytes[(slash + 1)...])
  }

  /// The directory that holds this path, or `nil` for the root.
  package var parent: Self? {
    if isRoot { return nil }
    guard let slash = bytes.bytes.lastIndex(of: UInt8(ascii: "/")) else { return .root }
    return Self(unchecked: ByteString(bytes.bytes[..<slash]))
  }

  /// The names from the root down to this path.
  package var components: [ByteString] {
    bytes.bytes.split(separator: UInt8(ascii: "/")).map { ByteString($0) }
  }

  /// Whether this is `directory` itself or lies anywhere below it.
  package func isWithin(_ directory: Self) -> Bool {
    directory.isRoot || self == directory
      || (bytes.bytes.starts(with: directory.bytes.bytes)
        && bytes.bytes[directory.bytes.count] == UInt8(ascii: "/"))
  }

  /// Whether one of the two paths is the other, or lies in it.
  package func overlaps(_ other: Self) -> Bool { isWithin(other) || other.isWithin(self) }

  /// This path as seen from `directory`, or `nil` when it does not lie there.
  package func relative(to directory: Self) -> Self? {
    guard isWithin(directory) else { return nil }
    if directory.isRoot { return self }
    return Self(unchecked: ByteString(bytes.bytes.dropFirst(directory.bytes.count + 1)))
  }

  private static func check(
    _ component: some Collection<UInt8>, in path: ByteString
  ) throws(PathError) {
    if component.isEmpty { throw PathError(path: path, reason: .emptyComponent) }
    if component.count <= 2, component.allSatisfy({ $0 == UInt8(ascii: ".") }) {
      throw PathError(path: path, reason: .dots)
    }
    if component.contains(0) { throw PathError(path: path, reason: .zeroByte) }
    if component.contains(UInt8(ascii: "/")) { throw PathError(path: path, reason: .slash) }
  }
}

extension RepositoryPath: Comparable {
  /// Orders paths as git's index does: byte by byte.
  package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }
}

extension RepositoryPath: CustomStringConvertible {
  /// The path, quoted where it is not printable UTF-8, and `.` for the root.
  package var description: String { isRoot ? "." : bytes.description }
}

extension RepositoryPath: Encodable {
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// A name or path that cannot lie inside a repository.
package struct PathError: Error, Hashable {
  /// What is wrong with a path.
  package enum Reason: Hashable, Sendable {
    case emptyComponent
    case dots
    case zeroByte
    case slash
  }

  package let path: ByteString
  package let reason: Reason

  package init(path: ByteString, reason: Reason) {
    self.path = path
    self.reason = reason
  }
}

extension PathError: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .emptyComponent: "Path '\(path)' has an empty component"
    case .dots: "Path '\(path)' has a component '.' or '..'"
    case .zeroByte: "Path '\(path)' holds a zero byte"
    case .slash: "Name '\(path)' holds a slash"
    }
  }
}
