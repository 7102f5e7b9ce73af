package import Foundation

/// Where the source tree of the project lies on this machine.
package enum ProjectRoot {
  /// The directory that holds `Package.swift`.
  package static let url = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file of the project, by its path from the root.
  package static func file(_ path: String) -> URL {
    url.appending(path: path)
  }
}
