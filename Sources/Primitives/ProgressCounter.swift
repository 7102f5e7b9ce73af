internal import Synchronization

/// How far a long piece of work has come: counted by those who work, drawn by who watches.
///
/// Libraries take one and count; they neither know nor wait for anybody who looks. Counting is
/// one relaxed addition, cheap enough for every chunk and every small file, from any thread.
package final class ProgressCounter: Sendable {
  /// What the work consists of at the moment.
  package enum Phase: UInt8, CaseIterable, Sendable {
    /// Nothing that is worth showing.
    case idle
    /// Walking directories and looking at files, without reading them.
    case scanning
    /// Reading files to compare or hash them.
    case reading
    /// Putting content into a store.
    case storing
    /// Writing files of the user.
    case restoring
    /// Finding out what the other side has.
    case comparing
    case sending
    case receiving
    /// Checking stored content against its names.
    case verifying
    /// Waiting until bytes are on disk.
    case synchronizing
  }

  /// What the counter held at one moment.
  package struct Snapshot: Hashable, Sendable {
    package var phase: Phase

    /// How often a phase has begun: a change means that all counts started over.
    package var generation: Int
    package var bytesDone: ByteCount
    package var filesDone: Int

    /// What the phase will come to, zero while that is unknown.
    package var bytesTotal: ByteCount

    /// What the phase will come to, zero while that is unknown.
    package var filesTotal: Int

    package init(
      phase: Phase, generation: Int = 0, bytesDone: ByteCount = .zero, filesDone: Int = 0,
      bytesTotal: ByteCount = .zero, filesTotal: Int = 0
    ) {
      self.phase = phase
      self.generation = generation
      self.bytesDone = bytesDone
      self.filesDone = filesDone
      self.bytesTotal = bytesTotal
      self.filesTotal = filesTotal
    }
  }

  private let phase = Atomic(Phase.idle.rawValue)
  private let generation = Atomic(0)
  private let doneBytes = Atomic(0)
  private let doneFiles = Atomic(0)
  private let totalBytes = Atomic(0)
  private let totalFiles = Atomic(0)

  /// Makes a counter that is idle.
  package init() {}

  /// Bytes dealt with so far.
  package var bytes: Int { doneBytes.load(ordering: .relaxed) }

  /// Files dealt with so far.
  package var files: Int { doneFiles.load(ordering: .relaxed) }

  /// Bytes expected in all; 0 while unknown.
  package var bytesTotal: Int { totalBytes.load(ordering: .relaxed) }

  /// Files expected in all; 0 while unknown.
  package var filesTotal: Int { totalFiles.load(ordering: .relaxed) }

  /// Begins a phase: all counts start over.
  ///
  /// - Parameters:
  ///   - phase: What is done from now on.
  ///   - bytes: How many bytes it will be, or 0 while that is unknown.
  ///   - files: How many files it will be, or 0 while that is unknown.
  package func begin(_ phase: Phase, bytes: Int = 0, files: Int = 0) {
    doneBytes.store(0, ordering: .relaxed)
    doneFiles.store(0, ordering: .relaxed)
    totalBytes.store(bytes, ordering: .relaxed)
    totalFiles.store(files, ordering: .relaxed)
    generation.wrappingAdd(1, ordering: .relaxed)
    self.phase.store(phase.rawValue, ordering: .releasing)
  }

  /// Ends what was begun: nothing is shown until the next phase.
  package func end() { begin(.idle) }

  /// Counts work as done.
  package func advance(bytes: Int = 0, files: Int = 0) {
    if bytes != 0 { doneBytes.wrappingAdd(bytes, ordering: .relaxed) }
    if files != 0 { doneFiles.wrappingAdd(files, ordering: .relaxed) }
  }

  /// Adds to what is expected in all.
  package func expect(bytes: Int = 0, files: Int = 0) {
    totalBytes.wrappingAdd(bytes, ordering: .relaxed)
    totalFiles.wrappingAdd(files, ordering: .relaxed)
  }

  /// What is counted so far; numbers that change meanwhile may be of slightly different moments.
  package var snapshot: Snapshot {
    Snapshot(
      phase: Phase(rawValue: phase.load(ordering: .acquiring)) ?? .idle,
      generation: generation.load(ordering: .relaxed), bytesDone: .bytes(bytes),
      filesDone: files, bytesTotal: .bytes(bytesTotal), filesTotal: filesTotal)
  }
}
