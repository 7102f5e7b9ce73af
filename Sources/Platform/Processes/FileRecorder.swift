internal import CLinux
internal import Glibc
internal import Primitives
internal import Synchronization

/// Keeps what an observer sees, up to a limit.
final class FileRecorder: Sendable {
  private struct State {
    var read: Set<FilePath> = []
    var executed: Set<FilePath> = []
    var gaps: Set<ObservedFiles.Gap> = []
  }

  private let state = Mutex(State())
  private let observer: FileObserver

  init(_ observer: FileObserver) {
    self.observer = observer
  }

  /// Keeps a file that is read, if it is wanted.
  func noteRead(_ path: FilePath) {
    guard observer.isWanted(path) else { return }
    insert(path, into: \.read)
  }

  func noteExecuted(_ path: FilePath) { insert(path, into: \.executed) }

  func note(_ gap: ObservedFiles.Gap) {
    state.withLock { _ = $0.gaps.insert(gap) }
  }

  func files(method: FileObserver.Method) -> ObservedFiles {
    state.withLock { state in
      ObservedFiles(
        read: state.read.sorted { $0.bytes < $1.bytes },
        executed: state.executed.sorted { $0.bytes < $1.bytes }, method: method,
        mayMiss: state.gaps)
    }
  }

  private func insert(
    _ path: FilePath, into set: any WritableKeyPath<State, Set<FilePath>> & Sendable
  ) {
    state.withLock { state in
      if state[keyPath: set].count < observer.limit {
        state[keyPath: set].insert(path)
      } else if !state[keyPath: set].contains(path) {
        state.gaps.insert(.limit)
      }
    }
  }
}
