internal import Glibc
internal import Primitives

/// Watching through a library that dynamic programs load, which appends what is opened to a file.
final class PreloadObservation: Observation {
  let recorder: FileRecorder
  private let records: FilePath

  /// Makes the file for the records.
  ///
  /// - Throws: ``FileError`` with operation `.create`.
  init(_ observer: FileObserver, in directory: FilePath) throws(FileError) {
    recorder = FileRecorder(observer)
    records = directory.appending(AtomicFile.temporaryName())
    _ = try OpenFile.creating(records, mode: 0o600)
  }

  deinit { try? records.remove() }

  /// The variables of a program that is to load `library`, before what it loads already.
  func environment(
    _ variables: [ByteString: ByteString], loading library: FilePath
  ) -> [ByteString: ByteString] {
    var variables = variables
    let others = variables["LD_PRELOAD"].map { [UInt8(ascii: ":")] + $0.bytes } ?? []
    variables["LD_PRELOAD"] = ByteString(library.bytes.bytes + others)
    variables["SHALE_TRACE"] = records.bytes
    return variables
  }

  func finish() -> ObservedFiles {
    recorder.note(.preloadOnly)
    do throws(FileError) {
      try readRecords()
    } catch {
      recorder.note(.unreadable)
    }
    return recorder.files(method: .preload)
  }

  /// Takes what was written, whole records only.
  private func readRecords() throws(FileError) {
    let file = try OpenFile.forReading(records)
    var offset = 0
    var rest: ArraySlice<UInt8> = []
    while true {
      let bytes = try file.upTo(.mebibytes(1), at: offset)
      if bytes.isEmpty { break }
      offset += bytes.count
      rest += bytes
      while let end = rest.firstIndex(of: 0) {
        take(rest[..<end])
        rest = rest[(end + 1)...]
      }
    }
    if offset >= Self.mostBytes { recorder.note(.limit) }
  }

  /// The library writes no more beyond this.
  private static let mostBytes = 512 << 20

  private func take(_ record: ArraySlice<UInt8>) {
    guard let kind = record.first else { return }
    let path = FilePath(ByteString(record.dropFirst()))
    guard path.isAbsolute else { return }
    switch kind {
    case UInt8(ascii: "x"): recorder.noteExecuted(path)
    case UInt8(ascii: "r"): recorder.noteRead(path)
    case UInt8(ascii: "n"): recorder.noteRead(path.normalised)
    default: return
    }
  }
}
