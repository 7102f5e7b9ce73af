import Foundation
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing
import Workspace

@testable import Project

/// A repository in which contents are kept by one thing alone, so that a test can take that away.
struct KeepingScene {
  let setup: GitSetup
  let shale: Surroundings
  let directory: FilePath

  /// A content that lies in the store and that nothing names yet.
  struct Content {
    let id: ObjectID

    /// The bytes of a pointer to it.
    let pointer: [UInt8]
  }

  /// Makes a repository that is set up, with one commit.
  init(_ name: String = "repository", store: FilePath? = nil) throws {
    setup = try GitSetup.make(name)
    directory = FilePath(setup.file("").path)
    shale = Surroundings(environment: testEnvironment(), directory: directory)
    if let store { try setup.git("config", "shale.store", store.bytes) }
    #expect(shale.run("init -q").status == 0)
    try setup.commitAll("first")
  }

  func project() throws -> Project {
    try Project.open(from: directory, environment: testEnvironment())
  }

  /// Puts a content into the store, and nowhere else.
  func content(_ text: String) throws -> Content {
    let writer = try project().store().writer()
    let bytes = Array(text.utf8)
    let id = try writer.add(bytes, class: .data)
    try writer.finish(durably: true)
    return Content(id: id, pointer: PointerFile.file(id, size: .bytes(bytes.count)).encoded())
  }

  /// Whether garbage collection would keep a content, operations aside.
  func isKept(_ content: Content, grace: Int = 0) throws -> Bool {
    try project().keptRoots(grace: grace).contains(content.id)
  }

  /// Commits a pointer to a content on a branch of its own, and goes back to `main`.
  func commit(_ content: Content, on branch: ByteString) throws {
    try setup.git("checkout", "-q", "-b", branch)
    try setup.write(content.pointer, to: "data.shale")
    try setup.commitAll("a version")
    try setup.git("checkout", "-q", "main")
  }

  /// Makes git forget where every reference was.
  func expireReflogs() throws {
    try setup.git("reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")
  }

  /// Takes away what nobody needs, at once, as if all of it had been written long ago.
  ///
  /// - Returns: What the command printed, as JSON.
  @discardableResult func collect(
    _ options: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String: Any] {
    try Self.age(project().layout.store)
    let transcript = Self.run("gc --json --grace 0 --force \(options)", in: shale)
    #expect(
      transcript.status == 0, "\(transcript.output)", sourceLocation: sourceLocation)
    let object = try JSONSerialization.jsonObject(with: Data(transcript.output.utf8))
    return try #require((object as? [String: Any])?["result"] as? [String: Any])
  }

  /// Runs a command line that takes the lock of a store.
  ///
  /// A program that another test starts holds our locks until it has become that program.
  static func run(_ line: String, in shale: Surroundings) -> Transcript {
    for _ in 0..<100 {
      let transcript = shale.run(line)
      let text = transcript.errors + transcript.output
      if transcript.status != 75 || !text.contains("is held by another process") {
        return transcript
      }
      Clock.sleep(milliseconds: 20)
    }
    return shale.run(line)
  }

  /// Makes the packs of a store look as if they had been written hours ago: younger ones are left
  /// alone.
  static func age(_ store: FilePath) throws {
    for pack in try TransferWorld.packs(of: store) {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -7_200)], ofItemAtPath: "\(pack)")
    }
  }

  /// Whether the store still has a content, in trash or not.
  func isThere(_ content: Content) throws -> Bool {
    try project().store().contains(content.id)
  }

  /// Expects that an object is kept, and no longer after something is taken away.
  func expectKept(
    _ content: Content, untilAfter removal: () throws -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(try isKept(content), "kept before", sourceLocation: sourceLocation)
    for _ in 0..<2 { try collect() }
    #expect(try isThere(content), "there before", sourceLocation: sourceLocation)
    try removal()
    #expect(try !isKept(content), "not kept after", sourceLocation: sourceLocation)
    for _ in 0..<2 { try collect() }
    #expect(try !isThere(content), "gone after", sourceLocation: sourceLocation)
  }

  /// Expects that nobody can say what is kept.
  func expectUnknown(
    _ part: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    do {
      _ = try project().keptRoots(grace: 0)
      Issue.record("nothing was unknown", sourceLocation: sourceLocation)
    } catch let error as ProjectError {
      guard case .unknownRoot(let root) = error else {
        Issue.record("\(error)", sourceLocation: sourceLocation)
        return
      }
      #expect("\(root)".contains(part), sourceLocation: sourceLocation)
    }
  }
}
