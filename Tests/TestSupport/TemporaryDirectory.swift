package import Foundation
package import Primitives
package import Testing

/// An empty directory that exists while one test runs.
package enum TemporaryDirectory {
  /// The directory of the running test, or `nil` outside ``Trait/temporaryDirectory``.
  ///
  /// Its path holds no symbolic link, so it can be compared with what git or `realpath` print.
  @TaskLocal package static var current: URL?

  /// Gives the running test its directory, or fails it if it has not asked for one.
  package static func required() throws -> URL {
    try #require(current, "add the trait .temporaryDirectory to this test")
  }

  /// The same as the bytes of its path, without a slash at the end.
  package static func requiredPath() throws -> ByteString {
    ByteString(try required().path(percentEncoded: false).trimmingSlash)
  }

  /// Runs `body` with an empty directory, and removes the directory afterwards.
  ///
  /// The trait is the usual way; this one is for loops that need a fresh directory per turn.
  package static func with<Value>(_ body: (URL) throws -> Value) throws -> Value {
    let url = try make()
    defer { remove(url) }
    return try body(url)
  }

  static func make() throws -> URL {
    let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    let url = parent.appending(path: "shale-test-\(UUID())", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  /// Removes a directory, also one in which a test took away the right to write.
  static func remove(_ url: URL) {
    if (try? FileManager.default.removeItem(at: url)) != nil { return }
    _ = try? Program.run("chmod", ["-R", "u+rwX", "--", ByteString(url.path)])
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      Issue.record(error, "could not remove the temporary directory \(url.path)")
    }
  }
}

/// Makes a directory before each case of a test, and removes it afterwards.
package struct TemporaryDirectoryTrait: TestTrait, SuiteTrait, TestScoping {
  /// Whether the tests of a suite with this trait have it too.
  package let isRecursive = true

  package func provideScope(
    for _: Test, testCase _: Test.Case?, performing body: @Sendable () async throws -> Void
  ) async throws {
    let url = try TemporaryDirectory.make()
    defer { TemporaryDirectory.remove(url) }
    try await TemporaryDirectory.$current.withValue(url) { try await body() }
  }
}

extension Trait where Self == TemporaryDirectoryTrait {
  /// Runs every case in an empty directory of its own: see ``TemporaryDirectory/required()``.
  package static var temporaryDirectory: Self { Self() }
}

extension String {
  fileprivate var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
