import Foundation
import ObjectStore
import Platform
import Primitives
import Remotes
import TestSupport
import Testing

/// What several people push to is made for all of them, as its directory is.
@Suite(.temporaryDirectory) struct SharedStoreTests {
  /// The modes of everything in a directory, by path.
  private func modes(_ root: FilePath) throws -> [String: (kind: FileStatus.Kind, mode: UInt32)] {
    let names = FileManager.default.enumerator(atPath: "\(root)")?.compactMap { $0 as? String }
    return try Dictionary(
      uniqueKeysWithValues: (names ?? []).map { name in
        let status = try root.appending(name).status()
        return (name, (status.kind, status.mode))
      })
  }

  /// The remote after a push, made in a directory of this mode.
  private func pushed(mode: UInt32) throws -> FilePath {
    let setup = try TransferSetup()
    let root = setup.directory.appending("remote")
    try OpenDirectory(setup.directory).makeDirectory("remote")
    try OpenDirectory(setup.directory).setMode(of: "remote", to: mode)
    let data = try setup.track(TransferSetup.sampleFiles())
    _ = try Push([setup.commit("a", data)], from: setup.local, to: setup.remoteStore()).run()
    return root
  }

  @Test func `in a directory of a group, everything is for the group`() throws {
    let modes = try modes(pushed(mode: 0o2770))
    for (name, (kind, mode)) in modes {
      let expected: UInt32 =
        switch kind {
        case .directory: 0o2770
        default: name.hasPrefix("packs/") || name.hasPrefix("index/") ? 0o440 : 0o660
        }
      #expect(mode == expected, "\(name) \(String(mode, radix: 8))")
    }
    #expect(modes.keys.contains { $0.hasPrefix("roots/refs/") })
    #expect(modes["lock"] != nil)
  }

  @Test func `a remote that is made in a directory of a group is for the group`() throws {
    let setup = try TransferSetup()
    let parent = setup.directory.appending("group")
    try OpenDirectory(setup.directory).makeDirectory("group")
    try OpenDirectory(setup.directory).setMode(of: "group", to: 0o2770)
    _ = try ObjectStore.create(at: parent.appending("remote"))
    #expect(try parent.appending("remote").status().mode == 0o2770)
    #expect(try parent.appending("remote/format").status().mode == 0o660)
    #expect(try parent.appending("remote/trash/packs").status().mode == 0o2770)
  }

  @Test func `packs, indexes and lists cannot be written to, the umask decides the rest`() throws {
    let modes = try modes(pushed(mode: 0o755))
    for (name, (kind, mode)) in modes where kind == .file {
      let isFixed = name.hasPrefix("packs/") || name.hasPrefix("index/")
      #expect((mode & 0o222 == 0) == isFixed, "\(name) \(String(mode, radix: 8))")
    }
    #expect(modes.keys.contains { $0.hasSuffix(".pack") })
    #expect(modes.keys.contains { $0.hasSuffix(".safe") })
  }
}
