import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// A repository with a directory in which a file was there in three versions, pushed to a remote.
struct ForgetWorld {
  let world: TransferWorld
  var shale: Surroundings { world.shale }
  var directory: FilePath { world.directory }

  /// The file whose versions are to be forgotten.
  static let path = "data/people/ada.bin"

  /// What only its versions have, and what another file shares with them.
  static let own = (1...3).map { sampleBytes(count: 40_000, seed: UInt64(100 + $0)) }
  static let common = sampleBytes(count: 500_000, seed: 200)
  static let others = sampleBytes(count: 100_000, seed: 201)
  static let bob = common + others

  /// Pieces of the three versions, which are stored as they are: they do not compress.
  static var traces: [[UInt8]] {
    own.flatMap { part in stride(from: 100, to: 39_000, by: 9_000).map { Array(part[$0..<$0 + 32]) }
    }
  }

  /// Makes it: versions one to three in three commits, and a fourth without the file.
  init(_ name: String = "repository") throws {
    world = try TransferWorld(
      remoteName: name == "repository" ? "remote" : "remote-of-\(name)", name: name)
    try world.setup.write(Self.bob, to: "data/people/bob.bin")
    for (number, own) in Self.own.enumerated() {
      try world.setup.write(own + Self.common, to: Self.path)
      try world.commit(ByteString("version \(number + 1)"))
    }
    try FileManager.default.removeItem(at: world.setup.file(Self.path))
    try world.commit("without")
    try world.setup.commitAll("the rest")
    try world.expectDone("push -q")
  }

  var store: URL { world.setup.file(".git/shale/store") }
  var remote: URL { URL(filePath: "\(world.remote)") }

  /// The oid of a version, from 1.
  static func oid(_ version: Int) -> String {
    hexSHA256(own[version - 1] + common)
  }

  func forget(_ more: String = "--everywhere") throws -> Transcript {
    shale.run("forget --yes \(more) \(Self.path)")
  }

  /// Whether everything but the file is as it was at every commit, in a clone.
  func expectHistory(
    in clone: Surroundings, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for commit in ["main~4", "main~3", "main~2", "main"] {
      try world.expectDone(
        ["checkout", "-q", ByteString(commit)], in: clone, sourceLocation: sourceLocation)
      for path in world.files.keys {
        let bytes = try clone.directory.appending(ByteString(path)).contents()
        #expect(bytes == world.files[path], "\(path)", sourceLocation: sourceLocation)
      }
      let bob = clone.directory.appending("data/people/bob.bin")
      #expect(try bob.contents() == Self.bob, sourceLocation: sourceLocation)
      let ada = clone.directory.appending(ByteString(Self.path))
      #expect(try ada.statusIfPresent() == nil, sourceLocation: sourceLocation)
    }
    try world.expectDone(["checkout", "-q", "main"], in: clone, sourceLocation: sourceLocation)
  }
}

/// What `sha256sum` prints for some bytes.
func hexSHA256(_ bytes: [UInt8]) -> String { SHA256.id(of: bytes.span).hex }
