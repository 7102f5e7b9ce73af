/// The protocol of `docs/format/store.md` § Collecting with everything left out that does not matter
/// for what is lost: two objects, four packs, two writers, and every order of their steps.
///
/// Object *Y* has a root at all times. *X* has the roots that writers write. Packs are bits in masks.
struct ProtocolModel {
  /// The rules that can be switched off, to see that the search notices.
  struct Rules: OptionSet {
    let rawValue: Int

    /// Roots are read again after packs went to trash.
    static let readsRootsAgain = Rules(rawValue: 1)
    /// What a live lease is older than is not unlinked.
    static let honoursLeases = Rules(rawValue: 2)
    /// A writer does not rely on what is in trash.
    static let leavesTrash = Rules(rawValue: 4)
    /// Repacking does not say that the old pack was folded.
    static let repackingIsNoFolding = Rules(rawValue: 8)
    /// A writer looks at its end whether what it relied on is there.
    static let looksAtEnd = Rules(rawValue: 16)
    /// The time of a move to trash is taken after it.
    static let timeAfterMove = Rules(rawValue: 32)
    /// A reader that found nothing in packs and in trash looks into packs once more.
    static let readerLooksTwice = Rules(rawValue: 64)

    static let all: Rules = [
      .readsRootsAgain, .honoursLeases, .leavesTrash, .repackingIsNoFolding, .looksAtEnd,
      .timeAfterMove, .readerLooksTwice,
    ]
  }

  /// Who takes part, and how often.
  struct Cast {
    var writers = 1
    var collections = 2
    var folds = 0
    var erasures = 0
    var restarts = 1
    var hasReader = false
  }

  typealias Mask = UInt8

  /// The packs: *P0* holds X and Y from the beginning, *PX* and *PY* one of them each, *F* both.
  static let (p0, px, py, f): (Mask, Mask, Mask, Mask) = (1, 2, 4, 8)
  static let withX = p0 | px | f
  static let withY = p0 | py | f

  struct Writer: Hashable {
    enum Phase: UInt8 { case idle, leased, listed, relies, rooted, content, dropped, dead }
    var phase = Phase.idle
    var seen: Mask = 0
    var relied: Mask = 0
    var restarts: UInt8 = 0

    var hasLease: Bool { phase != .idle && phase.rawValue < Phase.content.rawValue }
  }

  /// Who holds the lock, and how far it is.
  struct Remover: Hashable {
    enum Step: UInt8 {
      case free, list, root0, root1, restore, repack, time, trash, again0, again1, unlink
      case fold, foldTrash1, foldTrash2, erase
    }
    var step = Step.free
    var due: Mask = 0
    var packs: Mask = 0
    var reachesX = false
    var toTrash: Mask = 0
    var toRepack: Mask = 0
    var keepsX = false
    var isRestoring = false
    var times: Mask = 0
  }

  struct Reader: Hashable {
    enum Step: UInt8 { case idle, open, openTrash, listAgain, openAgain, trash, last, failed }
    var step = Step.idle
    var pack: Mask = 0
  }

  struct State: Hashable {
    var packs = ProtocolModel.p0
    var trash: Mask = 0

    /// For each pack in trash, the live leases that began before it came there.
    var older = [Mask](repeating: 0, count: 4)
    var folded: Mask = 0
    var roots: Mask = 0

    /// Writers that were told that all is well, and whose root is still there.
    var owed: Mask = 0

    /// Writers whose object was erased on purpose.
    var forgiven: Mask = 0
    var hasCrashed = false
    var writers: [Writer]
    var remover = Remover()
    var reader = Reader()
    var collections: Int8
    var folds: Int8
    var erasures: Int8

    var leases: Mask {
      var mask: Mask = 0
      for (number, writer) in writers.enumerated() where writer.hasLease { mask |= 1 << number }
      return mask
    }

    mutating func endLease(_ bit: Mask) {
      for index in older.indices { older[index] &= ~bit }
    }

    mutating func moveToTrash(_ pack: Mask, leases: Mask) {
      packs &= ~pack
      trash |= pack
      older[pack.trailingZeroBitCount] = leases
      remover.due &= ~pack
    }

    mutating func unlink(_ pack: Mask) {
      trash &= ~pack
      older[pack.trailingZeroBitCount] = 0
    }

    mutating func restore(_ mask: Mask) {
      packs |= mask
      for pack in ProtocolModel.bits(mask) { unlink(pack) }
    }

    mutating func free(crashed: Bool) {
      remover = Remover()
      hasCrashed = crashed
    }
  }

  let rules: Rules
  let cast: Cast

  var start: State {
    State(
      writers: Array(repeating: Writer(), count: cast.writers),
      collections: Int8(cast.collections), folds: Int8(cast.folds), erasures: Int8(cast.erasures))
  }

  static func bits(_ mask: Mask) -> [Mask] {
    (0..<4).map { 1 << $0 }.filter { mask & $0 != 0 }
  }

  // MARK: - What must hold

  /// What is wrong with a state, or `nil`.
  func flaw(_ state: State) -> String? {
    let all = state.packs | state.trash
    if all & Self.withY == 0 { return "Y cannot be read" }
    let rooted = state.roots & ~state.forgiven
    if rooted != 0, all & Self.withX == 0 { return "a root was written, and X cannot be read" }
    if state.remover.step == .free, !state.hasCrashed {
      if state.packs & Self.withY == 0 { return "nobody collects, and Y is in trash alone" }
      if state.owed != 0, state.packs & Self.withX == 0 {
        return "nobody collects, the writer is content, and X is in trash alone"
      }
    }
    return state.reader.step == .failed ? "a reader does not find X" : nil
  }

  // MARK: - Steps

  /// Every state that one step of somebody leads to.
  func next(_ state: State) -> [(String, State)] {
    var all: [(String, State)] = []
    for number in state.writers.indices { writerSteps(number, state, &all) }
    removerSteps(state, &all)
    if cast.hasReader { readerSteps(state, &all) }
    return all
  }

  private func isThere(_ pack: Mask, _ state: State) -> Bool {
    if state.packs & pack != 0 { return true }
    if !rules.contains(.leavesTrash), state.trash & pack != 0 { return true }
    guard state.folded & pack != 0 else { return false }
    return isThere(pack == Self.p0 ? Self.py : Self.f, state)
  }

  private func writerSteps(_ number: Int, _ state: State, _ all: inout [(String, State)]) {
    let bit: Mask = 1 << number
    func step(_ name: String, _ change: (inout State) -> Void) {
      var next = state
      change(&next)
      all.append(("writer \(number) \(name)", next))
    }
    let writer = state.writers[number]
    switch writer.phase {
    case .idle: step("publishes its lease") { $0.writers[number].phase = .leased }
    case .leased:
      step("lists the packs") {
        $0.writers[number].phase = .listed
        let places = rules.contains(.leavesTrash) ? $0.packs : $0.packs | $0.trash
        $0.writers[number].seen = places & Self.withX
      }
    case .listed:
      for pack in Self.bits(writer.seen) {
        step("relies on \(pack)") {
          $0.writers[number].phase = .relies
          $0.writers[number].relied = pack
        }
      }
      if writer.seen == 0 {
        step("stores X") {
          $0.packs |= Self.px
          $0.writers[number].phase = .relies
          $0.writers[number].relied = Self.px
        }
      }
    case .relies:
      step("writes its root") {
        $0.roots |= bit
        $0.writers[number].phase = .rooted
      }
    case .rooted:
      if !rules.contains(.looksAtEnd) || isThere(writer.relied, state) {
        step("is content") {
          $0.writers[number].phase = .content
          $0.owed |= bit
          $0.forgiven &= ~bit
          $0.endLease(bit)
        }
      } else if writer.restarts < cast.restarts {
        step("starts over") {
          $0.writers[number] = Writer(restarts: writer.restarts + 1)
          $0.endLease(bit)
        }
      }
    case .content:
      step("drops its root") {
        $0.writers[number].phase = .dropped
        $0.roots &= ~bit
        $0.owed &= ~bit
      }
    case .dropped, .dead: break
    }
    if writer.hasLease {
      step("is killed") {
        $0.writers[number].phase = .dead
        $0.endLease(bit)
      }
    }
  }

  private func readerSteps(_ state: State, _ all: inout [(String, State)]) {
    func step(_ name: String, _ to: Reader.Step, _ pack: Mask = 0) {
      var next = state
      next.reader = Reader(step: to, pack: pack)
      all.append(("reader \(name)", next))
    }
    if state.owed == 0 {
      // What nobody is promised need not be found.
      if state.reader.step != .idle { step("loses interest", .idle) }
      return
    }
    let found = Self.bits(state.packs & Self.withX)
    let pack = state.reader.pack
    switch state.reader.step {
    case .idle, .listAgain:
      let open: Reader.Step = state.reader.step == .idle ? .open : .openAgain
      for pack in found { step("lists the packs", open, pack) }
      if found.isEmpty { step("lists the packs in vain", .trash) }
    case .open: step("opens a pack", state.packs & pack != 0 ? .idle : .openTrash, pack)
    case .openTrash: step("opens a trashed pack", state.trash & pack != 0 ? .idle : .listAgain)
    case .openAgain:
      step("opens again", (state.packs | state.trash) & pack != 0 ? .idle : .trash)
    case .trash:
      let otherwise: Reader.Step = rules.contains(.readerLooksTwice) ? .last : .failed
      step("looks into trash", state.trash & Self.withX != 0 ? .idle : otherwise)
    case .last: step("looks once more", state.packs & Self.withX != 0 ? .idle : .failed)
    case .failed: break
    }
  }
}
