package import Platform
package import Primitives

/// What a look at every byte of a store has found.
package struct VerificationReport: Sendable {
  /// How many packs were read.
  package internal(set) var packs = 0

  /// Their size.
  package internal(set) var bytes = ByteCount.zero

  /// How many records were decoded and hashed; one that lies in two packs counts twice.
  package internal(set) var records = 0

  /// How many contents of several parts were put together and hashed.
  package internal(set) var recipes = 0

  /// How many whole files were read and hashed.
  package internal(set) var wholeFiles = 0

  /// How many indexes were compared with the packs.
  package internal(set) var indexes = 0

  /// Everything that is wrong, in no particular order.
  package internal(set) var damage: [StoreDamage] = []

  /// Contents of which the store has a recipe and not all parts, as a partial fetch leaves them:
  /// how many.
  package internal(set) var incomplete = 0

  /// Records that are damaged, were known to be, and have a good copy elsewhere: how many.
  package internal(set) var healed = 0

  /// The same contents, and whether they are directories.
  var incompleteRecipes: [ObjectID: Bool] = [:]

  /// Packs with a byte that is not what was written, or with records that are known to be bad.
  var impairedPacks: Set<ObjectID> = []

  /// Packs that cannot be read, or that are gone with objects that have no other copy.
  package internal(set) var lostPacks: [LostPack] = []

  /// Objects that were in such packs and have no other copy, as far as indexes tell.
  package internal(set) var lost: Set<ObjectID> = []

  /// Objects of such packs that can be read all the same, and are found nowhere else.
  package internal(set) var salvageable: Set<ObjectID> = []

  /// Objects that lie in packs that cannot be read, and are found nowhere else.
  package internal(set) var unreadable: Set<ObjectID> = []

  /// Whether a pack is lost of which nobody can say what was in it.
  package var hasUnknownLoss: Bool { lostPacks.contains { !$0.isKnown } }

  /// Objects that cannot be brought back from this store because of the damage.
  package var damagedObjects: Set<ObjectID> { unreadable.union(damage.compactMap(\.object)) }

  package var isSound: Bool { damage.isEmpty }
}

/// One thing that is wrong with a store.
package enum StoreDamage: Equatable, Sendable {
  /// The pack's bytes hash to `found`, not to its name; each of its records is judged by itself.
  case pack(FilePath, found: ObjectID)

  /// The pack cannot be read at all, so none of its records can be found.
  case unreadablePack(FilePath, StoreError)

  /// The record was read twice, and its bytes are not what its oid says.
  case record(ObjectID, pack: ObjectID, StoreError)

  /// What the recipe puts together is not what its oid says.
  case recipe(ObjectID, StoreError)

  /// The object was written as a directory and is no valid one.
  case tree(ObjectID, Tree.Flaw)

  /// The index is damaged, or does not agree with a pack; it is made anew from the packs.
  case index(FilePath, IndexProblem)

  /// The whole file was written to, and was set aside: its content is in packs.
  case wholeFile(FilePath, found: ObjectID?)

  /// The list's bytes do not hash to its name; it says nothing.
  case list(FilePath)

  /// What can be wrong with an index.
  package enum IndexProblem: Equatable, Sendable {
    /// Its bytes do not hash to its name.
    case hash(found: ObjectID)
    /// It cannot be read.
    case unreadable(StoreError)
    /// It does not say of an object of the pack where the pack has it.
    case disagrees(ObjectID, pack: ObjectID)
    /// It names objects that its packs do not have.
    case surplus(Int)
  }

  /// Whether objects may be lost, and not only what helps to find them.
  var losesObjects: Bool {
    switch self {
    case .pack, .index, .list, .wholeFile: false
    case .unreadablePack, .record, .recipe, .tree: true
    }
  }

  /// The object that is lost if there is no other copy, where the damage concerns one.
  package var object: ObjectID? {
    switch self {
    case .record(let id, _, _), .recipe(let id, _), .tree(let id, _): id
    case .pack, .unreadablePack, .index, .list, .wholeFile: nil
    }
  }
}

extension StoreDamage: CustomStringConvertible {
  package var description: String {
    switch self {
    case .pack(let path, let found):
      "Pack '\(path)' hashes to \(found.abbreviated), not to its name"
    case .unreadablePack(let path, let error):
      "Pack '\(path)' cannot be read: \(error.withoutFile)"
    case .record(let id, let pack, let error):
      "Record \(id.abbreviated) in pack \(pack.abbreviated) is damaged: \(error)"
    case .recipe(let id, let error):
      "Object \(id.abbreviated) cannot be put together: \(error)"
    case .tree(let id, let flaw):
      "Object \(id.abbreviated) is not a valid directory: \(flaw)"
    case .index(let path, let problem):
      "Index '\(path)' \(problem)"
    case .wholeFile(let path, let found):
      "Whole file '\(path)' \(found.map { "hashes to \($0.abbreviated)" } ?? "cannot be read")"
        + ": somebody wrote to it, through a link perhaps; it was set aside, and packs have the content"
    case .list(let path):
      "List '\(path)' does not hash to its name"
    }
  }
}

extension StoreDamage.IndexProblem: CustomStringConvertible {
  /// The end of the sentence that begins with the index.
  package var description: String {
    switch self {
    case .hash(let found): "hashes to \(found.abbreviated), not to its name"
    case .unreadable(let error): "cannot be read: \(error.withoutFile)"
    case .disagrees(let id, let pack):
      "does not have object \(id.abbreviated) where pack \(pack.abbreviated) has it"
    case .surplus(let count): "names \(count) objects that its packs do not have"
    }
  }
}

extension StoreError {
  /// What is wrong, for a sentence that has named the pack or index already.
  fileprivate var withoutFile: String {
    switch self {
    case .damagedPack(_, let flaw): "\(flaw)"
    case .damagedIndex(_, let flaw): "\(flaw)"
    default: description
    }
  }
}
