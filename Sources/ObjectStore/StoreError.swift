package import Platform
package import Primitives

/// A reason the object store could not do what it was asked.
///
/// Cases carry the facts; the sentence is built here, and what to do about it is suggested by the
/// command that knows what the user was trying to do.
package enum StoreError: Error, Equatable {
  /// No pack holds the object.
  case missing(ObjectID)

  /// What the store yields for the object hashes to `found`, not to its name.
  case corrupt(ObjectID, found: ObjectID)

  /// The stored bytes of the record cannot be decoded.
  case undecodable(ObjectID, CodecError)

  /// The object stands where a directory is expected, and is no valid one.
  case invalidTree(ObjectID, Tree.Flaw)

  /// The recipe of the object breaks a rule of its format.
  case invalidRecipe(ObjectID, Recipe.Flaw)

  /// The object is larger than it may be where it stands.
  case tooLarge(ObjectID, size: ByteCount, limit: ByteCount)

  /// The file was written to while it was being read, so nothing was recorded for it.
  case changedWhileReading(FilePath)

  /// What stands at the path has no content that can be kept.
  case notAFile(FilePath)

  /// The operating system refused.
  case file(FileError)
}

extension StoreError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .missing(let id):
      "Object \(id.abbreviated) is not in the store"
    case .corrupt(let id, let found):
      "Object \(id.abbreviated) is damaged: its content hashes to \(found.abbreviated)"
    case .undecodable(let id, let error):
      "Object \(id.abbreviated) is damaged: \(error)"
    case .invalidTree(let id, let flaw):
      "Object \(id.abbreviated) is not a valid directory: \(flaw)"
    case .invalidRecipe(let id, let flaw):
      "Object \(id.abbreviated) has an invalid recipe: \(flaw)"
    case .tooLarge(let id, let size, let limit):
      "Object \(id.abbreviated) has \(size), and at most \(limit) are allowed here"
    case .changedWhileReading(let path):
      "File '\(path)' changed while it was being read"
    case .notAFile(let path):
      "'\(path)' is not a regular file"
    case .file(let error):
      error.description
    }
  }
}
