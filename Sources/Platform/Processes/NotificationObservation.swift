internal import CLinux
internal import Glibc
internal import Primitives

/// A run that is being watched.
protocol Observation: Sendable {
  /// What was seen so far.
  var recorder: FileRecorder { get }

  /// Ends the watching; to be called once, when the program has ended.
  func finish() -> ObservedFiles
}

/// Watching through the notifications of a seccomp filter, on a thread of its own.
///
/// A call that is announced waits for an answer for as long as somebody holds the listener, and
/// fails with `ENOSYS` once nobody does. So a small process, the keeper, holds it besides: it answers
/// when this process has ended, in whatever way, while descendants of the program live on.
final class NotificationObservation: Observation {
  private let listener: CInt
  let recorder: FileRecorder
  private let thread: pthread_t
  private let keeper: pid_t
  /// A pipe: a byte in it stops the thread, and its end without writers wakes the keeper.
  private let stop: (reader: CInt, writer: CInt)

  /// Watches a child that was just made.
  ///
  /// Takes the listener, also when it fails: the child's calls then fail, and it has to be ended.
  init?(_ listener: CInt, of process: pid_t, for observer: FileObserver) {
    var ends: [CInt] = [-1, -1]
    guard shale_observe_may_read(process) != 0, unsafe shale_pipe(&ends) == 0 else {
      close(listener)
      return nil
    }
    let (reader, writer) = (ends[0], ends[1])
    let recorder = FileRecorder(observer)
    let keeper = shale_observe_keep(listener, reader)
    let thread = keeper < 0 ? nil : Threads.start { Self.answer(listener, reader, recorder) }
    guard let thread else {
      for descriptor in [listener, reader, writer] { close(descriptor) }
      if keeper > 0 { _ = shale_foreground_reap(keeper, nil, nil) }
      return nil
    }
    self.listener = listener
    self.recorder = recorder
    self.thread = thread
    self.keeper = keeper
    stop = (reader, writer)
  }

  func finish() -> ObservedFiles {
    var mark: UInt8 = 0
    while unsafe write(stop.writer, &mark, 1) < 0, errno == EINTR {}
    pthread_join(thread, nil)
    let hasSurvivors = shale_observe_is_used(listener) != 0
    for descriptor in [stop.writer, stop.reader, listener] { close(descriptor) }
    if hasSurvivors {
      recorder.note(.survivors)
    } else {
      _ = shale_foreground_reap(keeper, nil, nil)
    }
    return recorder.files(method: .notification)
  }

  /// Answers calls until it is stopped or nobody is left to make one.
  private static func answer(_ listener: CInt, _ stop: CInt, _ recorder: FileRecorder) {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    var notice = shale_notice()
    while true {
      let state = unsafe shale_observe_next(listener, stop, &notice)
      if state == 0 { return }
      if state < 0 { continue }
      let file = Result { () throws(AnnouncedFile.Unreadable) in
        try AnnouncedFile(notice, buffer: &buffer)
      }
      let isRead = notice.is_start != 0 || reads(notice)
      // Only what goes on happened: an interrupted call is announced again.
      guard shale_observe_continue(listener, notice.id) == 0, isRead else { continue }
      switch file {
      case .success(let file?): record(file, isStart: notice.is_start != 0, in: recorder)
      case .success(nil): continue
      case .failure: recorder.note(.unreadable)
      }
    }
  }

  /// Whether the flags of an `openat2` ask for reading; other calls are not announced otherwise.
  private static func reads(_ notice: shale_notice) -> Bool {
    if notice.how == 0 { return true }
    var flags: UInt64 = 0
    let count = unsafe shale_observe_memory(notice.thread, notice.how, &flags, 8)
    return count != 8 || flags & UInt64(O_WRONLY | O_TRUNC | shale_path_only) == 0
  }

  private static func record(_ file: AnnouncedFile, isStart: Bool, in recorder: FileRecorder) {
    guard file.isRegular else { return }
    if isStart {
      recorder.noteExecuted(file.path)
      if Machine.isForeignProgram(file.path) { recorder.note(.foreign) }
    } else {
      recorder.noteRead(file.path)
      if let name = file.name { recorder.noteRead(name) }
    }
  }
}
