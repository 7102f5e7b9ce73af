#if DEBUG
  internal import Glibc
  internal import Platform
  internal import Primitives
  internal import Synchronization

  /// What a process has changed, so that a power cut can take back what it did not sync.
  ///
  /// Files are known by their inodes, which are kept open, so that no number is used twice. What
  /// loses its last name gets another one in a directory aside, from where it can come back.
  final class Journal: Sendable {
    /// A change of names: one transaction of the file system, which happens as a whole or not.
    struct Transaction: Sendable {
      let kind: Kind

      /// The transactions without which this one cannot have happened.
      var needs: [Int] = []
      var isDurable = false

      enum Kind: Sendable {
        case appear(Slot)
        case appearDirectory(Slot)
        /// What had the name is aside under this number.
        case vanish(Slot, aside: Int)
        case vanishDirectory(Slot, inode: UInt64)
        case rename(Slot, to: Slot, replaced: Int?)
        case exchange(Slot, Slot)
      }

      var slots: [Slot] {
        switch kind {
        case .appear(let slot), .appearDirectory(let slot), .vanish(let slot, _),
          .vanishDirectory(let slot, _):
          [slot]
        case .rename(let slot, let other, _), .exchange(let slot, let other): [slot, other]
        }
      }
    }

    /// A name in a directory.
    struct Slot: Hashable, Sendable {
      let directory: UInt64
      let name: ByteString
    }

    /// A write that was not synced.
    struct Write: Sendable {
      let offset: Int
      let count: Int

      /// What it replaced.
      let before: [UInt8]
      let sizeBefore: Int

      /// Where the pages that it is in are mapped; 0 for nowhere.
      let pages: UInt
    }

    struct State: Sendable {
      var transactions: [Transaction] = []

      /// The last transaction of each name, and the one that made each directory.
      var last: [Slot: Int] = [:]
      var origin: [UInt64: Int] = [:]

      /// Directories and files by inode, with an open descriptor.
      var directories: [UInt64: CInt] = [:]
      var files: [UInt64: CInt] = [:]
      var writes: [UInt64: [Write]] = [:]
      var asides = 0
    }

    let aside: CInt
    let seed: UInt64
    let state = Mutex(State())

    /// Makes an empty journal.
    ///
    /// - Parameters:
    ///   - aside: A directory of the same file system, for what loses its name.
    ///   - seed: Which of the ways in which a power cut can go.
    init(aside: FilePath, seed: UInt64) {
      self.aside = unsafe CString.with(aside.bytes) { unsafe open($0, O_RDONLY | O_DIRECTORY) }
      self.seed = seed
    }

    /// Makes a call, and notes what it changed.
    func record(_ change: Change, _ body: () -> Bool) {
      state.withLock { state in
        switch change {
        case .create(let place), .link(let place):
          let isNew = Self.inode(place) == nil
          if body(), isNew { add(.appear(slot(place, &state)), &state) }
        case .makeDirectory(let place):
          guard body() else { return }
          add(.appearDirectory(slot(place, &state)), &state)
          if let inode = Self.inode(place) { state.origin[inode] = state.transactions.count - 1 }
        case .remove(let place):
          let number = setAside(place, &state)
          if body() { add(.vanish(slot(place, &state), aside: number), &state) }
        case .removeDirectory(let place):
          let inode = Self.inode(place)
          if body(), let inode {
            add(.vanishDirectory(slot(place, &state), inode: inode), &state)
          }
        case .rename(let old, let new):
          let isReplacing = Self.inode(new) != nil && Self.inode(new) != Self.inode(old)
          let number = isReplacing ? setAside(new, &state) : nil
          let slots = (slot(old, &state), slot(new, &state))
          if body() { add(.rename(slots.0, to: slots.1, replaced: number), &state) }
        case .exchange(let one, let other):
          let slots = (slot(one, &state), slot(other, &state))
          if body() { add(.exchange(slots.0, slots.1), &state) }
        case .write(let file, let offset, let count): write(file, offset, count, &state, body)
        case .resize(let file):
          write(file, Self.size(of: file), 0, &state, body)
        case .setAttributes: _ = body()
        case .synchronize(let file):
          if body() { synchronized(file, &state) }
        }
      }
    }

    private func add(_ kind: Transaction.Kind, _ state: inout State) {
      var transaction = Transaction(kind: kind)
      let number = state.transactions.count
      for slot in transaction.slots {
        if let last = state.last[slot] { transaction.needs.append(last) }
        if let origin = state.origin[slot.directory] { transaction.needs.append(origin) }
        state.last[slot] = number
      }
      state.transactions.append(transaction)
    }

    private func write(
      _ file: CInt, _ offset: Int, _ count: Int, _ state: inout State, _ body: () -> Bool
    ) {
      let size = Self.size(of: file)
      var before = [UInt8](repeating: 0, count: max(0, min(count, size - offset)))
      let got = unsafe pread(file, &before, before.count, off_t(offset))
      before.removeLast(before.count - max(0, got))
      guard body(), let inode = Self.inode(of: file) else { return }
      if state.files[inode] == nil {
        state.files[inode] = Self.another(file)
      }
      let pages = Self.map(state.files[inode] ?? -1, offset, count)
      state.writes[inode, default: []].append(
        Write(offset: offset, count: count, before: before, sizeBefore: size, pages: pages))
    }

    /// Maps a part of a file, so that what is written there from then on moves no times of the file,
    /// as nothing does that a power cut takes. (In memory: a disk's file system notices it.)
    private static func map(_ file: CInt, _ offset: Int, _ count: Int) -> UInt {
      let start = offset - offset % pageSize
      let length = offset + count - start
      let address = unsafe mmap(
        nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, off_t(start))
      guard count > 0, let address = unsafe address, unsafe address != MAP_FAILED else { return 0 }
      // MADV_POPULATE_WRITE: the kernel takes note of writes to the pages now, and not later.
      guard unsafe madvise(address, length, 23) == 0 else { return 0 }
      return UInt(bitPattern: address)
    }

    static let pageSize = 4_096

    /// Another descriptor of an open file.
    private static func another(_ file: CInt) -> CInt {
      // Who opens a file with a lease waits for it; and the lease is given back, not closed.
      if fcntl(file, getLease) == F_WRLCK { return fcntl(file, F_DUPFD_CLOEXEC, 0) }
      // A copy of the descriptor would keep its locks.
      let path = ByteString("/proc/self/fd/\(file)")
      return unsafe CString.with(path) { unsafe open($0, O_RDWR | O_CLOEXEC) }
    }

    /// `F_GETLEASE`, which the C library declares only under `_GNU_SOURCE`.
    private static let getLease: CInt = 1_025

    /// What is synced stays, with all that it needs.
    private func synchronized(_ file: CInt, _ state: inout State) {
      guard let inode = Self.inode(of: file) else { return }
      state.writes[inode] = nil
      var waiting = state.transactions.indices.filter { index in
        !state.transactions[index].isDurable
          && state.transactions[index].slots.contains { $0.directory == inode }
      }
      while let number = waiting.popLast() {
        if state.transactions[number].isDurable { continue }
        state.transactions[number].isDurable = true
        waiting += state.transactions[number].needs
      }
    }

    // MARK: - Places

    /// The slot of a place; its directory is kept open from then on.
    private func slot(_ place: Change.Place, _ state: inout State) -> Slot {
      let path = FilePath(place.name)
      let parent = place.directory == AT_FDCWD ? path.parent.bytes : "."
      let directory = unsafe CString.with(parent) {
        unsafe openat(place.directory, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      }
      let inode = Self.inode(of: directory) ?? 0
      if state.directories[inode] == nil {
        state.directories[inode] = directory
      } else {
        close(directory)
      }
      return Slot(directory: inode, name: path.name)
    }

    /// Gives what has a name one more, aside.
    private func setAside(_ place: Change.Place, _ state: inout State) -> Int {
      state.asides += 1
      let number = state.asides
      unsafe CString.with(place.name) { old in
        unsafe CString.with(ByteString("\(number)")) { new in
          _ = unsafe linkat(place.directory, old, aside, new, 0)
        }
      }
      return number
    }

    private static func inode(_ place: Change.Place) -> UInt64? {
      var status = stat()
      let result = unsafe CString.with(place.name) {
        unsafe fstatat(place.directory, $0, &status, AT_SYMLINK_NOFOLLOW)
      }
      return result == 0 ? UInt64(status.st_ino) : nil
    }

    private static func inode(of file: CInt) -> UInt64? {
      var status = stat()
      return unsafe fstat(file, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    static func size(of file: CInt) -> Int {
      var status = stat()
      return unsafe fstat(file, &status) == 0 ? Int(status.st_size) : 0
    }
  }
#endif
