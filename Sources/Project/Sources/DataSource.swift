internal import Git
package import Platform
package import Primitives
internal import Remotes

/// A place that data can be taken from, without being part of it: another repository, or a store.
package struct DataSource: Sendable {
  /// What kind of place it is.
  package enum Kind: String, Hashable, Sendable, Encodable {
    /// A store alone: its roots say what was pushed to it.
    case store
    /// A clone on this machine: its own store comes first.
    case clone
    /// A repository that git has to fetch from; its remotes have the data.
    case repository
  }

  package let kind: Kind

  /// What a pointer says of it: an absolute path, or an address of git's.
  package let location: ByteString

  /// The directory, where it is one.
  let directory: FilePath?

  /// The variables of the process, without those that name the repository it runs in.
  let environment: [ByteString: ByteString]

  /// Finds out what kind of place a word names.
  ///
  /// - Parameters:
  ///   - text: A path, or an address of git's.
  ///   - origin: What a relative path starts from.
  ///   - environment: The variables of the process.
  /// - Throws: ``SourceError/address(_:_:)`` or ``SourceError/vanished(_:)``.
  package init(
    _ text: ByteString, from origin: FilePath, environment: [ByteString: ByteString]
  ) throws(SourceError) {
    self.environment = GitProgram.withoutRepository(environment)
    guard let path = try Self.path(in: text, from: origin, environment) else {
      (kind, location, directory) = (.repository, text, nil)
      return
    }
    guard let kind = try Self.kind(of: path) else { throw .vanished(path) }
    let place = try SourceError.onFiles { () throws(FileError) in try path.resolved() }
    (self.kind, location, directory) = (kind, place.bytes, place)
  }

  /// The path that a word names, or `nil` for an address of another machine.
  private static func path(
    in text: ByteString, from origin: FilePath, _ environment: [ByteString: ByteString]
  ) throws(SourceError) -> FilePath? {
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : FilePath($0) }
    do throws(RemoteError) {
      switch try RemoteLocation(text, relativeTo: origin, home: home) {
      case .directory(let path): return path
      }
    } catch {
      guard case .location(_, let problem) = error else { throw .remote(error) }
      switch problem {
      case .empty: throw .address(text, .empty)
      case .controlCharacter: throw .address(text, .controlCharacter)
      case .option: throw .address(text, .option)
      case .home: throw .remote(error)
      case .otherMachine: return nil
      case .scheme(let scheme):
        // `ext::…` and its like run what the address says.
        if text.bytes.dropFirst(scheme.count).starts(with: "::".utf8) {
          throw .address(text, .helper)
        }
        return nil
      }
    }
  }

  private static func kind(of path: FilePath) throws(SourceError) -> Kind? {
    func holds(_ name: String) throws(SourceError) -> Bool {
      try SourceError.onFiles { () throws(FileError) in
        try path.appending(name).statusIfPresent(followingSymlink: true) != nil
      }
    }
    if try holds(".git") { return .clone }
    if try holds("format"), try holds("packs") { return .store }
    if try holds("HEAD"), try holds("objects"), try holds("refs") { return .repository }
    return nil
  }

  /// Whether the address holds a password, as `https://name:secret@host/` does.
  package var hasCredentials: Bool { withoutCredentials != location }

  /// The address as it may be shown: without a password.
  package var withoutCredentials: ByteString {
    guard directory == nil, let text = location.text, let scheme = text.firstRange(of: "://") else {
      return location
    }
    let rest = text[scheme.upperBound...]
    let authority = rest.prefix { $0 != "/" }
    guard let at = authority.lastIndex(of: "@") else { return location }
    // By HTTP a name alone is a token for most servers.
    let isSecret = text.lowercased().hasPrefix("http") || authority[..<at].contains(":")
    return isSecret
      ? ByteString(String(text[..<scheme.upperBound] + rest[at...].dropFirst())) : location
  }
}
