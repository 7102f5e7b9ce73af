internal import Platform
internal import Primitives
internal import Synchronization

/// Directories of the data that stay open: files that are read one after the other mostly lie in
/// the same one.
final class RecentDirectories: Sendable {
  /// An open directory of a scan's result.
  private final class Shared: Sendable {
    let number: Int
    let directory: OpenDirectory

    init(_ number: Int, _ directory: consuming OpenDirectory) {
      self.number = number
      self.directory = directory
    }
  }

  /// Enough for the threads that read, each on its way from one directory to the next.
  private static let capacity = 16

  private let inspection: Inspection
  private let findings: ScanFindings
  private let recent = Mutex<[Shared]>([])

  /// Prepares to open files that a scan has found.
  ///
  /// - Parameters:
  ///   - inspection: Where they lie; of its result nothing is needed.
  ///   - findings: What was found.
  init(_ inspection: Inspection, _ findings: ScanFindings) {
    self.inspection = inspection
    self.findings = findings
  }

  /// Opens the file at a place of the scan's result; no symlink is followed on the way.
  func file(_ place: DeviationPlace) throws(FileError) -> OpenFile {
    guard inspection.status?.kind == .directory else { return try inspection.open(inspection.path) }
    let (directory, name) = findings.name(at: place)
    return try open(directory, place.directory).directory.file(name)
  }

  private func open(_ directory: ByteString, _ number: Int) throws(FileError) -> Shared {
    if let known = recent.withLock({ $0.last { $0.number == number } }) { return known }
    let path = inspection.scan.repositoryPath(directory)
    let new = Shared(number, try OpenDirectory(inspection.scan.root).descended(to: path))
    recent.withLock { recent in
      if recent.count == Self.capacity { recent.removeFirst() }
      recent.append(new)
    }
    return new
  }
}
