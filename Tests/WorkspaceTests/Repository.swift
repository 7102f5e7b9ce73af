import Foundation
import Git
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

/// A git repository with a store, and a workspace opened on it.
struct Repository {
  let setup: GitSetup
  let workspace: Workspace

  static func make() throws -> Self {
    let setup = try GitSetup.make()
    try setup.write(GitAttributesFile.completed([]), to: ".gitattributes")
    try setup.commitAll("start")
    return try Self(setup)
  }

  init(_ setup: GitSetup) throws {
    self.setup = setup
    let variables = TestEnvironment.variables.map { (ByteString($0.key), ByteString($0.value)) }
    let git = try GitRepository(
      discoveredFrom: FilePath(setup.path),
      environment: Dictionary(uniqueKeysWithValues: variables))
    let place = git.layout.commonDirectory.appending("shale")
    let store = try ObjectStore.create(
      at: place.appending("store"), proofs: place.appending("proofs"))
    workspace = try Workspace(git: git, store: store)
  }

  func path(_ text: String) throws -> RepositoryPath { try RepositoryPath(ByteString(text)) }

  func write(_ text: String, to path: String) throws { try setup.write(text, to: path) }

  func text(_ path: String) throws -> String {
    String(decoding: try setup.read(path), as: UTF8.self)
  }

  func remove(_ path: String) throws { try FileManager.default.removeItem(at: setup.file(path)) }

  @discardableResult func add(_ paths: String...) throws -> AddReport {
    try workspace.add(try paths.map { try path($0) })
  }

  /// The status of one tracked path.
  func status(_ text: String) throws -> PathStatus {
    let path = try path(text)
    return try #require(try workspace.status([path]).paths.first)
  }

  func state(_ text: String) throws -> DataState { try status(text).state }

  /// The changes of a tracked path, as `kind path`.
  func changes(_ text: String) throws -> [String] {
    try status(text).changes.map {
      let from = $0.oldPath.map { "\($0) -> " } ?? ""
      return "\($0.kind.rawValue) \(from)\($0.path)"
    }
  }

  func pointer(_ text: String) throws -> PointerFile {
    try #require(try workspace.pointer(of: path(text)))
  }

  /// Waits until the clock of the file system has moved on.
  func waitForTick() throws {
    let place = FilePath(setup.path)
    let device = try place.status().device
    let start = try #require(FileSystemClock.now(onDevice: device, tryingIn: [place]))
    while let now = FileSystemClock.now(onDevice: device, tryingIn: [place]), now <= start {
      Clock.sleep(milliseconds: 1)
    }
  }
}
