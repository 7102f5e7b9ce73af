#if DEBUG
  internal import Glibc
  internal import Platform
  internal import Primitives
  internal import Synchronization

  extension Journal {
    /// Takes back some of what was not synced, as a power cut may.
    ///
    /// Names: each transaction that no sync of a directory covers is kept or lost, all of them, from
    /// some point on, or each by itself; one that is kept keeps those that it needs. Contents: each
    /// file keeps what it had when it was last synced, a part of what was written since, zeros in
    /// its place, or all of it.
    func loseWhatWasNotSynced() {
      state.withLock { state in
        var numbers = SeededNumbers(seed: seed)
        let isKept = chosen(state, &numbers)
        for number in state.transactions.indices.reversed() where !isKept[number] {
          takeBack(state.transactions[number].kind, &state)
        }
        for (inode, writes) in state.writes.sorted(by: { $0.key < $1.key }) {
          if let file = state.files[inode] { lose(writes, of: file, &numbers) }
        }
      }
    }

    /// Which transactions have happened.
    private func chosen(_ state: State, _ numbers: inout SeededNumbers) -> [Bool] {
      let count = state.transactions.count
      let way = seed % 4
      let end = Int.random(in: 0...count, using: &numbers)
      var isKept = state.transactions.indices.map { index in
        switch way {
        case 0: false
        case 1: index < end
        case 2: Bool.random(using: &numbers)
        default: true
        }
      }
      for index in 0..<count {
        let transaction = state.transactions[index]
        if transaction.isDurable {
          isKept[index] = true
        } else if transaction.needs.contains(where: { !isKept[$0] }) {
          isKept[index] = false
        }
      }
      return isKept
    }

    // MARK: - Names

    private func takeBack(_ kind: Transaction.Kind, _ state: inout State) {
      switch kind {
      case .appear(let slot): remove(slot, 0, state)
      case .appearDirectory(let slot): remove(slot, AT_REMOVEDIR, state)
      case .vanish(let slot, let number): bringBack(number, as: slot, state)
      case .vanishDirectory(let slot, let inode):
        let parent = descriptor(slot, state)
        state.directories[inode] = unsafe CString.with(slot.name) { name in
          _ = unsafe mkdirat(parent, name, 0o777)
          return unsafe openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
      case .rename(let old, let new, let number):
        rename(new, to: old, state)
        if let number { bringBack(number, as: new, state) }
      case .exchange(let one, let other):
        let between = Slot(directory: one.directory, name: "between")
        rename(one, to: between, state)
        rename(other, to: one, state)
        rename(between, to: other, state)
      }
    }

    private func descriptor(_ slot: Slot, _ state: State) -> CInt {
      state.directories[slot.directory] ?? -1
    }

    private func remove(_ slot: Slot, _ flags: CInt, _ state: State) {
      let parent = descriptor(slot, state)
      _ = unsafe CString.with(slot.name) { unsafe unlinkat(parent, $0, flags) }
    }

    private func rename(_ old: Slot, to new: Slot, _ state: State) {
      let (from, to) = (descriptor(old, state), descriptor(new, state))
      unsafe CString.with(old.name) { old in
        unsafe CString.with(new.name) { new in
          _ = unsafe renameat(from, old, to, new)
        }
      }
    }

    private func bringBack(_ number: Int, as slot: Slot, _ state: State) {
      let parent = descriptor(slot, state)
      unsafe CString.with(ByteString("\(number)")) { old in
        unsafe CString.with(slot.name) { new in _ = unsafe linkat(aside, old, parent, new, 0) }
      }
    }

    // MARK: - Contents

    private func lose(_ writes: [Write], of file: CInt, _ numbers: inout SeededNumbers) {
      let way = seed < 4 ? Int(seed) : Int.random(in: 0..<4, using: &numbers)
      switch way {
      case 0:
        // All of it, up to the last sync.
        undo(writes[...], of: file)
      case 1:
        // The end, from any byte on.
        let last = Int.random(in: 0..<writes.count, using: &numbers)
        undo(writes[(last + 1)...], of: file)
        let write = writes[last]
        if write.offset < write.sizeBefore { return undo(writes[last...last], of: file) }
        let torn = Int.random(in: 0...write.count, using: &numbers)
        ftruncate(file, off_t(min(write.offset + torn, Journal.size(of: file))))
      case 2:
        // Blocks that were never written: the size is there, the bytes are not.
        for write in writes where Bool.random(using: &numbers) {
          let zeros = [UInt8](repeating: 0, count: min(write.count, 1 << 20))
          let replaced = write.before + zeros.dropFirst(write.before.count)
          let end = min(replaced.count, max(0, Journal.size(of: file) - write.offset))
          guard end > 0 else { continue }
          guard write.pages != 0 else {
            _ = unsafe pwrite(file, replaced, end, off_t(write.offset))
            continue
          }
          let place = UInt(write.offset % Journal.pageSize)
          unsafe UnsafeMutableRawPointer(bitPattern: write.pages + place)?
            .copyMemory(from: replaced, byteCount: end)
        }
      default: break
      }
    }

    private func undo(_ writes: ArraySlice<Write>, of file: CInt) {
      for write in writes.reversed() {
        ftruncate(file, off_t(write.sizeBefore))
        _ = unsafe pwrite(file, write.before, write.before.count, off_t(write.offset))
      }
    }
  }
#endif
