internal import CGit2
internal import Platform
package import Primitives

/// What is checked out.
package enum GitHead: Hashable, Sendable {
  /// A branch without commits, as in a new repository; its full name, `refs/heads/main`.
  case unborn(branch: ByteString)
  /// A branch, by its full name, and its commit.
  case branch(ByteString, GitID)
  /// A commit that no branch is checked out for.
  case detached(GitID)

  /// The commit, if there is one.
  package var commit: GitID? {
    switch self {
    case .unborn: nil
    case .branch(_, let id), .detached(let id): id
    }
  }

  /// The full name of the branch, or `nil` when detached.
  package var reference: ByteString? {
    switch self {
    case .unborn(let name), .branch(let name, _): name
    case .detached: nil
    }
  }

  /// The branch without `refs/heads/`, or `nil` when detached.
  package var branchName: ByteString? {
    reference.map { GitReference.shortened($0) }
  }
}

/// A branch, tag, or remote-tracking branch.
package struct GitReference: Hashable, Sendable {
  /// What a reference is for.
  package enum Kind: Hashable, Sendable {
    case branch
    case tag
    case remoteBranch
    case other
  }

  /// The full name: `refs/heads/main`.
  package let name: ByteString
  /// What it leads to in the end: for an annotated tag the commit, not the tag.
  package let target: GitID

  package var kind: Kind {
    if name.bytes.starts(with: "refs/heads/".utf8) { return .branch }
    if name.bytes.starts(with: "refs/tags/".utf8) { return .tag }
    if name.bytes.starts(with: "refs/remotes/".utf8) { return .remoteBranch }
    return .other
  }

  /// The name as people write it: `main`, `v1`, `origin/main`.
  package var shortName: ByteString { Self.shortened(name) }

  static func shortened(_ name: ByteString) -> ByteString {
    for prefix in ["refs/heads/", "refs/tags/", "refs/remotes/", "refs/"]
    where name.bytes.starts(with: prefix.utf8) {
      return ByteString(name.bytes.dropFirst(prefix.utf8.count))
    }
    return name
  }
}

extension GitRepository {
  /// The branch that `git checkout NAME` would make a local branch from: no revision has the name,
  /// and exactly one remote has such a branch.
  package func remoteBranch(named name: ByteString) throws(GitError) -> GitReference? {
    if (try? resolve(name)) != nil { return nil }
    let found = try references("refs/remotes/").filter { reference in
      let parts = reference.shortName.bytes.split(separator: UInt8(ascii: "/"), maxSplits: 1)
      return parts.count == 2 && ByteString(parts[1]) == name
    }
    return found.count == 1 ? found.first : nil
  }

  /// What is checked out.
  package func head() throws(GitError) -> GitHead {
    try withHandle { handle throws(GitError) in try handle.head() }
  }

  /// All references that lead to a commit, sorted by name; broken ones are left out.
  ///
  /// - Parameter prefix: Only names that begin so, for example `refs/heads/`.
  package func references(_ prefix: ByteString = "refs/") throws(GitError) -> [GitReference] {
    try withHandle { handle throws(GitError) in
      let iterator = try unsafe ReferenceIteratorHandle {
        unsafe git_reference_iterator_new($0, handle.pointer)
      }
      var references: [GitReference] = []
      while true {
        var pointer: OpaquePointer?
        let code = unsafe git_reference_next(&pointer, iterator.pointer)
        if code == GIT_ITEROVER.rawValue { break }
        try check(code, .readReferences)
        guard let pointer = unsafe pointer else { break }
        let reference = unsafe ReferenceHandle(pointer)
        let name = reference.name
        guard name.bytes.starts(with: prefix.bytes), let target = reference.commit else {
          continue
        }
        references.append(.init(name: name, target: target))
      }
      return references.sorted { $0.name < $1.name }
    }
  }

  /// The commit that a reference leads to, or `nil` when there is no such reference.
  ///
  /// - Parameter name: The full name, for example `refs/remotes/origin/main`.
  package func reference(_ name: ByteString) throws(GitError) -> GitReference? {
    try withHandle { handle throws(GitError) in
      guard let reference = try handle.reference(name), let target = reference.commit else {
        return nil
      }
      return GitReference(name: name, target: target)
    }
  }

  /// The branch that a remote calls its default: what `refs/remotes/NAME/HEAD` leads to.
  ///
  /// Where that is not recorded, `main` or `master` of the remote if there is exactly that.
  package func defaultBranch(of remote: ByteString = "origin") throws(GitError) -> GitReference? {
    let prefix = ByteString(Array("refs/remotes/".utf8) + remote.bytes + Array("/".utf8))
    let name = try withHandle { handle throws(GitError) -> ByteString? in
      guard let head = try handle.reference(ByteString(prefix.bytes + Array("HEAD".utf8))),
        let target = unsafe git_reference_symbolic_target(head.pointer)
      else { return nil }
      return unsafe bytes(target)
    }
    if let name { return try reference(name) }
    for branch in ["main", "master"] {
      if let found = try reference(ByteString(prefix.bytes + Array(branch.utf8))) { return found }
    }
    return nil
  }

  /// The commit that the current branch follows on its remote, if it follows one.
  package func upstream() throws(GitError) -> GitReference? {
    guard case .branch(let name, _) = try head() else { return nil }
    return try withHandle { handle throws(GitError) in
      guard let branch = try handle.reference(name) else { return nil }
      var pointer: OpaquePointer?
      let code = unsafe git_branch_upstream(&pointer, branch.pointer)
      if code == GIT_ENOTFOUND.rawValue { return nil }
      try check(code, .readReferences)
      guard let pointer = unsafe pointer else { return nil }
      let upstream = unsafe ReferenceHandle(pointer)
      return upstream.commit.map { GitReference(name: upstream.name, target: $0) }
    }
  }
}

extension ReferenceHandle {
  /// The commit that it leads to, through other references and tags.
  var commit: GitID? {
    var object: OpaquePointer?
    guard unsafe git_reference_peel(&object, pointer, GIT_OBJECT_COMMIT) == 0,
      let object = unsafe object
    else { return nil }
    return unsafe ObjectHandle(object).id
  }
}

extension RepositoryHandle {
  func reference(_ name: ByteString) throws(GitError) -> ReferenceHandle? {
    guard !name.bytes.contains(0) else { throw .badArgument(name) }
    var pointer: OpaquePointer?
    let code = unsafe CString.with(name) {
      unsafe git_reference_lookup(&pointer, self.pointer, $0)
    }
    if code == GIT_ENOTFOUND.rawValue || code == GIT_EINVALIDSPEC.rawValue { return nil }
    try check(code, .readReferences)
    guard let pointer = unsafe pointer else { return nil }
    return unsafe ReferenceHandle(pointer)
  }

  func head() throws(GitError) -> GitHead {
    guard let head = try reference("HEAD") else {
      throw .libgit2(.readReferences, code: 0, message: "there is no HEAD")
    }
    if let target = unsafe git_reference_symbolic_target(head.pointer) {
      let name = unsafe bytes(target)
      guard let branch = try reference(name) else { return .unborn(branch: name) }
      guard let commit = branch.commit else {
        throw .libgit2(.readReferences, code: 0, message: "HEAD leads to no commit")
      }
      return .branch(name, commit)
    }
    guard let id = unsafe git_reference_target(head.pointer) else {
      throw .libgit2(.readReferences, code: 0, message: "HEAD leads to no commit")
    }
    return .detached(unsafe GitID(id.pointee))
  }
}
