internal import Platform
internal import Primitives

/// Looks through the files of one git directory for names of objects.
///
/// The files are read here: libgit2 passes over a reference that it cannot read, and what such a
/// one kept would be lost.
struct StartSearch {
  /// The git directory of a worktree, or the one that all share.
  let directory: FilePath

  /// The one that all share.
  let common: FilePath

  typealias Body = (GitID, ByteString) throws(GitError) -> Void

  /// The size beyond which a file is refused.
  private static let limit = ByteCount.gibibytes(1)

  // MARK: - References

  /// Calls `body` with what `HEAD` and the references here name; other references stand for
  /// themselves.
  func references(_ body: Body) throws(GitError) {
    try reference(at: directory.appending("HEAD"), name("HEAD"), body)
    var names: Set<ByteString> = []
    try forEachFile(below: directory.appending("refs"), "refs") { path, name throws(GitError) in
      names.insert(name)
      try reference(at: path, self.name(name), body)
    }
    if directory == common { try packedReferences(besides: names, body) }
  }

  private func reference(
    at path: FilePath, _ name: ByteString, _ body: Body
  ) throws(GitError) {
    guard let bytes = try contents(of: path) else { return }
    if bytes.starts(with: Array("ref:".utf8)) { return }
    let digits = bytes.prefix { Hex.value(of: $0) != nil }
    guard let id = GitID(hex: digits) else { throw .badReference(path) }
    try body(id, name)
  }

  private func packedReferences(
    besides loose: Set<ByteString>, _ body: Body
  ) throws(GitError) {
    let path = common.appending("packed-refs")
    guard let bytes = try contents(of: path) else { return }
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      // Comments, and what the tag of the line before names.
      if line.first == UInt8(ascii: "#") || line.first == UInt8(ascii: "^") { continue }
      let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
      guard parts.count == 2, let id = GitID(hex: parts[0]) else { throw .badReference(path) }
      let name = ByteString(parts[1])
      if !loose.contains(name) { try body(id, name) }
    }
  }

  // MARK: - Reflogs

  /// Calls `body` with both sides of every entry of the reflogs here.
  func reflogs(_ body: Body) throws(GitError) {
    try forEachFile(below: directory.appending("logs"), "") { path, name throws(GitError) in
      guard let bytes = try contents(of: path) else { return }
      let place = ByteString(Array("reflog of '".utf8) + self.name(name).bytes + Array("'".utf8))
      for line in bytes.split(separator: UInt8(ascii: "\n")) {
        // Git passes over what is no entry.
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard words.count == 3, let old = GitID(hex: words[0]), let new = GitID(hex: words[1])
        else { continue }
        try body(old, place)
        try body(new, place)
      }
    }
  }

  // MARK: - Work that goes on

  /// Calls `body` with what `MERGE_HEAD`, `ORIG_HEAD` and the like name, and the state of a rebase.
  func pending(_ body: Body) throws(GitError) {
    for name in try names(in: directory) where Self.isPseudoReference(name) {
      try words(in: directory.appending(name), self.name(name), body)
    }
    for state in ["rebase-merge", "rebase-apply", "sequencer"] {
      try forEachFile(below: directory.appending(state), ByteString(state)) {
        path, name throws(GitError) in
        try words(in: path, self.name(name), body)
      }
    }
  }

  private static func isPseudoReference(_ name: ByteString) -> Bool {
    name != "HEAD" && name.bytes.contains(UInt8(ascii: "_"))
      && name.bytes.allSatisfy { (0x41...0x5A).contains($0) || $0 == UInt8(ascii: "_") }
  }

  /// Everything in a file that is spelled as the name of an object.
  private func words(in path: FilePath, _ name: ByteString, _ body: Body) throws(GitError) {
    guard let bytes = try contents(of: path) else { return }
    for word in bytes.split(whereSeparator: { Hex.value(of: $0) == nil }) {
      if let id = GitID(hex: word) { try body(id, name) }
    }
  }

  // MARK: - Files

  /// A name as people know it, with the worktree that it belongs to.
  private func name(_ name: ByteString) -> ByteString {
    if directory == common { return name }
    return ByteString(
      Array("worktrees/".utf8) + directory.name.bytes + [UInt8(ascii: "/")] + name.bytes)
  }

  /// Calls `body` with each file below a directory that git would look at.
  private func forEachFile(
    below root: FilePath, _ name: ByteString,
    _ body: (FilePath, ByteString) throws(GitError) -> Void
  ) throws(GitError) {
    var rest = [(root, name)]
    while let (place, name) = rest.popLast() {
      for child in try names(in: place) where !Self.isPassedOver(child) {
        let path = place.appending(child)
        let childName =
          name.isEmpty ? child : ByteString(name.bytes + [UInt8(ascii: "/")] + child.bytes)
        let status: FileStatus?
        do {
          status = try path.statusIfPresent()
        } catch {
          throw .file(error)
        }
        switch status?.kind {
        case .directory: rest.append((path, childName))
        case .file: try body(path, childName)
        default: continue
        }
      }
    }
  }

  /// Git takes no reference from a hidden file, nor from one that is still being written.
  private static func isPassedOver(_ name: ByteString) -> Bool {
    name.bytes.first == UInt8(ascii: ".") || name.bytes.suffix(5).elementsEqual(".lock".utf8)
  }

  private func names(in path: FilePath) throws(GitError) -> [ByteString] {
    do {
      return try path.namesIfPresent()
    } catch {
      throw .file(error)
    }
  }

  private func contents(of path: FilePath) throws(GitError) -> [UInt8]? {
    do {
      return try path.contentsIfPresent(limit: Self.limit)
    } catch {
      throw .file(error)
    }
  }
}
