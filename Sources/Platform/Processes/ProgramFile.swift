internal import Glibc
package import Primitives

/// Where a program's file is.
package enum ProgramFile {
  /// The program's file: as named when it holds a slash, else the first that can be executed in
  /// `PATH`.
  ///
  /// - Parameters:
  ///   - program: A path, or a name without a slash.
  ///   - environment: The variables of the program, which hold `PATH`.
  ///   - directory: Where the program starts, and relative paths with it.
  /// - Throws: ``FileError`` with operation `.execute`: `isNotFound` when nothing has the name, and
  ///   `EACCES` when a file has it that may not be executed.
  package static func located(
    _ program: ByteString, environment: [ByteString: ByteString], directory: FilePath?
  ) throws(FileError) -> FilePath {
    let path = FilePath(program)
    if program.bytes.contains(UInt8(ascii: "/")) { return path }
    var code = ENOENT
    let list = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    let parts = list.bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    for part in parts where !program.isEmpty {
      // An empty part is the working directory.
      let candidate = FilePath(part.isEmpty ? "." : ByteString(part)).appending(program)
      let place = directory?.appending(candidate.bytes) ?? candidate
      guard let status = try? place.status(), status.kind != .directory else { continue }
      if unsafe place.withCString({ unsafe access($0, X_OK) }) == 0 { return candidate }
      code = EACCES
    }
    throw FileError(.execute, path, code: code)
  }
}
