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

  /// A file of the user's cannot be read.
  case unreadable(FileError)

  /// What stands at the path has no content that can be kept.
  case notAFile(FilePath)

  /// The directory is no store: it has no file `format`, or one that begins otherwise.
  case notAStore(FilePath)

  /// The store was made by a newer version.
  case newerStore(FilePath, version: Int)

  /// The file `format` of the store breaks a rule.
  case invalidFormat(FilePath, StoreFormat.Flaw)

  /// The file `id` of the store holds something else.
  case invalidID(FilePath)

  /// The pack is damaged, or newer than this program.
  case damagedPack(FilePath, PackFlaw)

  /// The index, safe list or list of bad records is damaged; it can be made anew from the packs.
  case damagedIndex(FilePath, IndexFlaw)

  /// The pack is neither among the packs nor in trash any more.
  case packVanished(ObjectID)

  /// The record was found damaged before, and there is no good copy.
  case knownBad(ObjectID)

  /// Nobody can tell what a path needs, so nothing is collected: what it leads through is damaged,
  /// or may be in the pack that cannot be read.
  indirect case unknownReach(ClosureProblem, pack: FilePath?)

  /// Another process holds the store's lock; `holder` is what it wrote about itself.
  case locked(FilePath, holder: ByteString)

  /// The content was forgotten, and is not to be stored again.
  case forgotten(Tombstone)

  /// A root of the store is of a version that this build does not know.
  case newerRoot(FilePath, version: Int)

  /// The operating system refused.
  case file(FileError)
}

extension StoreError {
  /// Makes calls whose refusal is one of the store.
  package static func onFiles<Value: ~Copyable>(
    _ body: () throws(FileError) -> Value
  ) throws(StoreError) -> Value {
    do throws(FileError) {
      return try body()
    } catch {
      throw .file(error)
    }
  }
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
    case .notAStore(let path):
      "'\(path)' is not a store"
    case .newerStore(let path, let version):
      "Store '\(path)' has version \(version), and this program reads up to version "
        + "\(StoreFormat.version)"
    case .invalidFormat(let path, let flaw):
      "File '\(path)' is not valid: \(flaw)"
    case .invalidID(let path):
      "File '\(path)' is not valid: it holds no id of 32 hexadecimal digits"
    case .damagedPack(let path, let flaw):
      "Pack '\(path)' cannot be used: \(flaw)"
    case .damagedIndex(let path, let flaw):
      "Index '\(path)' cannot be used: \(flaw)"
    case .packVanished(let id):
      "Pack \(id.abbreviated) was removed from the store meanwhile"
    case .knownBad(let id):
      "Object \(id.abbreviated) is damaged, and the store has no good copy"
    case .unknownReach(let problem, nil):
      "What '\(problem.path)' needs cannot be told: \(problem)"
    case .unknownReach(let problem, let pack?):
      "What '\(problem.path)' needs cannot be told: it may be in '\(pack)', which cannot be read"
    case .locked(let path, let holder):
      "Lock '\(path)' is held by another process (\(holder))"
    case .forgotten(let tombstone):
      "Content \(tombstone.id.abbreviated) was forgotten on \(tombstone)"
    case .newerRoot(let path, let version):
      "Root '\(path)' has version \(version), and this version of Shale reads up to version 1"
    case .file(let error), .unreadable(let error):
      error.description
    }
  }
}
