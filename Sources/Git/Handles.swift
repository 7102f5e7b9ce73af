internal import CGit2
internal import Platform
internal import Primitives

// One owner for each kind of libgit2 handle. `take` is given a place that a libgit2 function
// fills, and nothing is owned when that function fails.

private func make(
  _ operation: GitOperation, _ fill: (UnsafeMutablePointer<OpaquePointer?>) -> CInt
) throws(GitError) -> OpaquePointer {
  var pointer: OpaquePointer?
  try check(unsafe fill(&pointer), operation)
  guard let pointer = unsafe pointer else {
    throw .libgit2(operation, code: 0, message: "libgit2 returned nothing")
  }
  return unsafe pointer
}

/// An open repository.
///
/// Not safe for use from two threads at once: ``GitRepository`` holds it behind a lock, which is
/// why it may be sent.
@safe struct RepositoryHandle: ~Copyable, @unchecked Sendable {
  let pointer: OpaquePointer

  init(
    _ operation: GitOperation, _ fill: (UnsafeMutablePointer<OpaquePointer?>) -> CInt
  ) throws(GitError) {
    unsafe pointer = try make(operation, fill)
  }

  deinit { unsafe git_repository_free(pointer) }
}

/// An object of any kind: commit, tree, blob or tag.
@safe struct ObjectHandle: ~Copyable {
  let pointer: OpaquePointer

  init(
    _ operation: GitOperation = .readObject,
    _ fill: (UnsafeMutablePointer<OpaquePointer?>) -> CInt
  ) throws(GitError) {
    unsafe pointer = try make(operation, fill)
  }

  init(_ pointer: OpaquePointer) {
    unsafe self.pointer = pointer
  }

  deinit { unsafe git_object_free(pointer) }

  var id: GitID {
    guard let id = unsafe git_object_id(pointer) else { return .zero }
    return unsafe GitID(id.pointee)
  }

  var kind: GitObjectKind? {
    switch unsafe git_object_type(pointer) {
    case GIT_OBJECT_COMMIT: .commit
    case GIT_OBJECT_TREE: .tree
    case GIT_OBJECT_BLOB: .blob
    case GIT_OBJECT_TAG: .tag
    default: nil
    }
  }
}

/// A reference.
@safe struct ReferenceHandle: ~Copyable {
  let pointer: OpaquePointer

  init(_ fill: (UnsafeMutablePointer<OpaquePointer?>) -> CInt) throws(GitError) {
    unsafe pointer = try make(.readReferences, fill)
  }

  init(_ pointer: OpaquePointer) {
    unsafe self.pointer = pointer
  }

  deinit { unsafe git_reference_free(pointer) }

  var name: ByteString { unsafe bytes(git_reference_name(pointer)) }
}

/// A walk over references.
@safe struct ReferenceIteratorHandle: ~Copyable {
  let pointer: OpaquePointer

  init(_ fill: (UnsafeMutablePointer<OpaquePointer?>) -> CInt) throws(GitError) {
    unsafe pointer = try make(.readReferences, fill)
  }

  deinit { unsafe git_reference_iterator_free(pointer) }
}

/// An index.
@safe struct IndexHandle: ~Copyable {
  let pointer: OpaquePointer

  init(_ fill: (UnsafeMutablePointer<OpaquePointer?>) -> CInt) throws(GitError) {
    unsafe pointer = try make(.readIndex, fill)
  }

  deinit { unsafe git_index_free(pointer) }
}

/// A configuration of one or more files.
@safe struct ConfigHandle: ~Copyable {
  let pointer: OpaquePointer

  init(_ fill: (UnsafeMutablePointer<OpaquePointer?>) -> CInt) throws(GitError) {
    unsafe pointer = try make(.readConfig, fill)
  }

  deinit { unsafe git_config_free(pointer) }
}

/// An author or committer.
@safe struct SignatureHandle: ~Copyable {
  let pointer: UnsafeMutablePointer<git_signature>

  init(
    _ fill: (UnsafeMutablePointer<UnsafeMutablePointer<git_signature>?>) -> CInt
  ) throws(GitError) {
    var pointer: UnsafeMutablePointer<git_signature>?
    try check(unsafe fill(&pointer), .commit)
    guard let pointer = unsafe pointer else {
      throw .libgit2(.commit, code: 0, message: "libgit2 returned nothing")
    }
    unsafe self.pointer = pointer
  }

  deinit { unsafe git_signature_free(pointer) }
}

/// A buffer that libgit2 allocated.
@safe struct BufferHandle: ~Copyable {
  private var buffer = unsafe git_buf()

  init(
    _ operation: GitOperation, _ fill: (UnsafeMutablePointer<git_buf>) -> CInt
  ) throws(GitError) {
    var buffer = unsafe git_buf()
    try check(unsafe fill(&buffer), operation)
    unsafe self.buffer = buffer
  }

  deinit {
    var buffer = unsafe buffer
    unsafe git_buf_dispose(&buffer)
  }

  var bytes: ByteString {
    guard let start = unsafe buffer.ptr else { return "" }
    return unsafe start.withMemoryRebound(to: UInt8.self, capacity: buffer.size) {
      unsafe ByteString(UnsafeBufferPointer(start: $0, count: buffer.size))
    }
  }
}
