package import Platform
package import Primitives

/// The clock of a file system, as it stamps files.
///
/// See section 4 of `docs/format/stat-index.md`.
package enum FileSystemClock {
  /// What the file system of the data says that it is now.
  ///
  /// A file is made, given a byte, looked at and removed.
  ///
  /// - Parameters:
  ///   - device: The device that holds the data.
  ///   - places: Directories to try, in order; those on other devices are passed over.
  /// - Returns: The time, or `nil` where nothing can be written on that device.
  package static func now(onDevice device: UInt64, tryingIn places: [FilePath]) -> Timestamp? {
    for place in places {
      guard let status = try? place.status(followingSymlink: true), status.device == device
      else { continue }
      if let time = try? probe(place) { return time }
    }
    return nil
  }

  private static func probe(_ place: FilePath) throws(FileError) -> Timestamp {
    let probe = try AtomicFile(in: place, mode: 0o600)
    try probe.file.write([0].span, at: 0)
    return try probe.file.status().modified
  }
}
