internal import Platform
internal import Primitives
internal import Synchronization

/// A pack that an open store has heard of: its id, where it lies, and whether it may be relied on.
final class PackFile: Sendable {
  let id: ObjectID
  let number: PackNumber

  /// Where the pack was when somebody last looked.
  enum Place: UInt8 {
    /// Nobody looked yet.
    case unknown
    case packs
    /// It is not among the packs. It may be in trash.
    case gone
  }

  /// Whether its bytes may be relied on: `docs/format/pack.md` § Safe packs.
  enum Trust: UInt8 {
    case unknown
    case trusted
    /// It never was on disk for certain, and its bytes are not those that were written.
    case lost
    /// It cannot be read.
    case unreadable
  }

  private let placeValue = Atomic<UInt8>(0)
  private let trustValue = Atomic<UInt8>(0)

  /// Held while somebody finds out about ``trust``, so that a pack is hashed once.
  let checking = Mutex(())

  init(id: ObjectID, number: PackNumber) {
    self.id = id
    self.number = number
  }

  var place: Place {
    get { Place(rawValue: placeValue.load(ordering: .relaxed)) ?? .unknown }
    set { placeValue.store(newValue.rawValue, ordering: .relaxed) }
  }

  var trust: Trust {
    get { Trust(rawValue: trustValue.load(ordering: .relaxed)) ?? .unknown }
    set { trustValue.store(newValue.rawValue, ordering: .relaxed) }
  }
}

/// All packs that an open store has heard of, by id and by number.
final class PackTable: Sendable {
  private struct State {
    var byID: [ObjectID: PackFile] = [:]
    var byNumber: [PackFile] = []
  }

  private let state = Mutex(State())

  /// The pack with this id, numbered if it is new.
  func pack(_ id: ObjectID) -> PackFile {
    state.withLock { state in
      if let known = state.byID[id] { return known }
      let new = PackFile(id: id, number: PackNumber(value: UInt32(state.byNumber.count)))
      state.byID[id] = new
      state.byNumber.append(new)
      return new
    }
  }

  /// The pack with this number, which must come from this table.
  subscript(number: PackNumber) -> PackFile {
    state.withLock { $0.byNumber[Int(number.value)] }
  }

  var all: [PackFile] { state.withLock { $0.byNumber } }
}
