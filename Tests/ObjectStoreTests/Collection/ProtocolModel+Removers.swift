extension ProtocolModel {
  func removerSteps(_ state: State, _ all: inout [(String, State)]) {
    func step(_ name: String, _ change: (inout State) -> Void) {
      var next = state
      change(&next)
      all.append((name, next))
    }
    switch state.remover.step {
    case .free: beginnings(state, &all)
    case .fold:
      step("fold writes a pack of both") {
        $0.packs |= Self.f
        $0.folded |= Self.px | Self.py
        $0.remover.step = .foldTrash1
      }
    case .foldTrash1:
      step("fold trashes PX") {
        $0.moveToTrash(Self.px, leases: $0.leases)
        $0.remover.step = .foldTrash2
      }
    case .foldTrash2:
      step("fold trashes PY") {
        $0.moveToTrash(Self.py, leases: $0.leases)
        $0.free(crashed: $0.hasCrashed)
      }
    case .erase: erase(state, &all)
    default: collectionSteps(state, &all)
    }
    if state.remover.step != .free {
      step("the remover is killed") { $0.free(crashed: true) }
    }
  }

  private func beginnings(_ state: State, _ all: inout [(String, State)]) {
    func step(_ name: String, _ change: (inout State) -> Void) {
      var next = state
      change(&next)
      all.append((name, next))
    }
    if state.collections > 0 {
      step("gc reads the leases") {
        $0.collections -= 1
        $0.remover.step = .list
        for pack in Self.bits($0.trash) {
          let older = $0.older[pack.trailingZeroBitCount]
          if !rules.contains(.honoursLeases) || older == 0 { $0.remover.due |= pack }
        }
      }
    }
    if state.folds > 0, state.packs & Self.px != 0, state.packs & Self.py != 0 {
      step("fold begins") {
        $0.folds -= 1
        $0.remover.step = .fold
      }
    }
    if state.erasures > 0 {
      step("forget begins") {
        $0.erasures -= 1
        $0.remover.step = .erase
      }
    }
  }

  private func erase(_ state: State, _ all: inout [(String, State)]) {
    guard let pack = Self.bits((state.packs | state.trash) & Self.withX).first else {
      var next = state
      next.free(crashed: state.hasCrashed)
      all.append(("forget ends", next))
      return
    }
    var next = state
    if state.packs & pack != 0 {
      if pack & Self.withY != 0 { next.packs |= Self.py }
      next.packs &= ~pack
    } else {
      if pack & Self.withY != 0, next.packs & Self.py == 0 {
        next.moveToTrash(Self.py, leases: next.leases)
      }
      next.unlink(pack)
    }
    next.owed = 0
    next.forgiven |= state.roots
    for (number, writer) in state.writers.enumerated() where writer.hasLease {
      next.forgiven |= 1 << number
    }
    all.append(("forget takes X out of \(pack)", next))
  }

  // MARK: - Collecting

  private func collectionSteps(_ state: State, _ all: inout [(String, State)]) {
    func step(_ name: String, _ change: (inout State) -> Void) {
      var next = state
      change(&next)
      all.append((name, next))
    }
    let remover = state.remover
    switch remover.step {
    case .list:
      step("gc lists the packs") {
        $0.remover.packs = $0.packs
        $0.remover.step = .root0
      }
    case .root0, .again0:
      step("gc reads root 0") {
        $0.remover.reachesX = $0.remover.reachesX || $0.roots & 1 != 0
        $0.remover.step = remover.step == .root0 ? .root1 : .again1
      }
    case .root1: plans(state, &all)
    case .restore:
      step("gc brings back what is reached") {
        if remover.isRestoring {
          $0.remover.due &= ~Self.withX
          $0.restore($0.trash & Self.withX)
        }
        $0.remover.step = .repack
      }
    case .repack:
      step("gc repacks") {
        if remover.toRepack != 0 {
          let new = remover.keepsX ? Self.px : Self.py
          $0.packs |= new
          $0.remover.toTrash = (remover.toTrash | remover.toRepack) & ~new
          if !rules.contains(.repackingIsNoFolding), remover.toRepack & Self.p0 != 0 {
            $0.folded |= Self.p0
          }
        }
        $0.remover.step = .time
      }
    default: retiringSteps(state, &all)
    }
  }

  /// What comes once new packs are there.
  private func retiringSteps(_ state: State, _ all: inout [(String, State)]) {
    func step(_ name: String, _ change: (inout State) -> Void) {
      var next = state
      change(&next)
      all.append((name, next))
    }
    let remover = state.remover
    switch remover.step {
    case .time:
      step("gc takes the time") {
        $0.remover.times = $0.leases
        $0.remover.step = .trash
      }
    case .trash:
      guard let pack = Self.bits(remover.toTrash).first else {
        step("gc goes on") {
          $0.remover.step = rules.contains(.readsRootsAgain) ? .again0 : .unlink
        }
        return
      }
      step("gc trashes \(pack)") {
        $0.remover.toTrash &= ~pack
        let leases = rules.contains(.timeAfterMove) ? $0.leases : remover.times & $0.leases
        if $0.packs & pack != 0 { $0.moveToTrash(pack, leases: leases) }
      }
    case .again1:
      step("gc reads root 1, and brings back what is reached") {
        let reaches = remover.reachesX || $0.roots & 2 != 0
        if reaches, $0.packs & Self.withX == 0 {
          $0.remover.due &= ~Self.withX
          $0.restore($0.trash & Self.withX)
        }
        $0.remover.step = .unlink
      }
    case .unlink:
      guard let pack = Self.bits(remover.due & state.trash).first else {
        step("gc ends") { $0.free(crashed: false) }
        return
      }
      step("gc unlinks \(pack)") {
        $0.remover.due &= ~pack
        $0.unlink(pack)
      }
    default: break
    }
  }

  /// Reads the last root and decides: of each object one copy is live, whichever.
  private func plans(_ state: State, _ all: inout [(String, State)]) {
    let reachesX = state.remover.reachesX || state.roots & 2 != 0
    let copiesOfX = reachesX ? Self.bits(state.packs & Self.withX) : []
    let copiesOfY = Self.bits(state.packs & Self.withY)
    for liveX in copiesOfX.isEmpty ? [0] : copiesOfX {
      for liveY in copiesOfY.isEmpty ? [0] : copiesOfY {
        plan(state, reachesX, liveX, liveY, &all)
      }
    }
  }

  private func plan(
    _ state: State, _ reachesX: Bool, _ liveX: Mask, _ liveY: Mask,
    _ all: inout [(String, State)]
  ) {
    var next = state
    next.remover.reachesX = reachesX
    next.remover.step = .restore
    next.remover.isRestoring = reachesX && state.packs & Self.withX == 0
    var mixed: Mask = 0
    for pack in Self.bits(state.remover.packs & state.packs) {
      let holds = (pack & Self.withX != 0 ? 1 : 0) + (pack & Self.withY != 0 ? 1 : 0)
      let live = (pack == liveX ? 1 : 0) + (pack == liveY ? 1 : 0)
      if live == 0 {
        next.remover.toTrash |= pack
      } else if live < holds {
        mixed |= pack
      }
    }
    all.append(("gc reads root 1 and keeps what is mixed", next))
    for pack in Self.bits(mixed) {
      next.remover.toRepack = pack
      next.remover.keepsX = pack == liveX
      all.append(("gc reads root 1 and will repack \(pack)", next))
    }
  }
}
