import Documents
import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// What Shale tracks is written for others, and comes back the same.
@Suite(.temporaryDirectory) struct ExportTests {
  private let world: MigrationWorld

  init() throws {
    world = try MigrationWorld()
    world.run("migrate lfs -q")
    world.run("migrate dvc -q")
    world.run("commit -q -m tracked")
  }

  @Test func `a directory gets the data, and with --all the files of git`() throws {
    try world.setup.write("print()\n", to: "code/run.py")
    try world.setup.git("add", "code")
    world.run("commit -q -m code")
    let plain = try TemporaryDirectory.required().appending(path: "plain")
    world.run("export dir HEAD \(plain.path)")
    let names = try FileManager.default.subpathsOfDirectory(atPath: plain.path)
    #expect(
      Set(names) == Set(world.files.keys).union(["data", "data/deep"]))
    let all = try TemporaryDirectory.required().appending(path: "all")
    world.run("export dir --all HEAD \(all.path)")
    for (path, bytes) in world.files {
      #expect(try Array(Data(contentsOf: all.appending(path: path))) == bytes, "\(path)")
    }
    let code = try Data(contentsOf: all.appending(path: "code/run.py"))
    #expect(Array(code) == Array("print()\n".utf8))
    #expect(!FileManager.default.fileExists(atPath: all.appending(path: "data.shale").path))
    #expect(world.run("export dir HEAD \(all.path)", status: 1).errors.contains("is not empty"))
  }

  @Test func `symlinks, executable files and empty directories come along`() throws {
    try world.setup.write("#!/bin/sh\n", to: "data/run")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: world.setup.file("data/run").path)
    try FileManager.default.createSymbolicLink(
      atPath: world.setup.file("data/link").path, withDestinationPath: "../elsewhere")
    try FileManager.default.createDirectory(
      at: world.setup.file("data/none"), withIntermediateDirectories: true)
    world.run("commit -q -a -m more")
    let plain = try TemporaryDirectory.required().appending(path: "plain")
    world.run("export dir HEAD \(plain.path)")
    let path = FilePath(plain.path)
    #expect(try path.appending("data/run").status().isExecutable)
    #expect(try path.appending("data/link").status().kind == .symlink)
    #expect(try path.appending("data/none").status().kind == .directory)
    // DVC has nothing to say of a symlink.
    let refused = world.run("export dvc --branch dvc HEAD", status: 1)
    #expect(refused.errors.contains("it holds symlinks"), "\(refused.errors)")
    #expect(try world.tracked("dvc").isSuperset(of: ["data.shale", "model.bin.dvc"]))
    world.run("export lfs --branch lfs HEAD")
    let tree = try world.setup.git("ls-tree", "-r", "lfs", "data")
    #expect(tree.contains("100755 blob") && tree.contains("120000 blob"), "\(tree)")
  }

  @Test func `Git LFS finds pointers, attributes and objects`() throws {
    try FileManager.default.removeItem(at: world.setup.file(".git/lfs"))
    world.run("export lfs --branch lfs HEAD")
    let tracked = try world.tracked("lfs")
    #expect(tracked.isSuperset(of: world.files.keys))
    #expect(!tracked.contains { $0.hasSuffix(".shale") })
    for (path, bytes) in world.files where !bytes.isEmpty {
      let pointer = try world.setup.git("show", ByteString("lfs:\(path)"))
      let id = oid(of: bytes)
      let expected = LFSPointer(id: id, size: .bytes(bytes.count)).encoded()
      #expect(Array("\(pointer)\n".utf8) == expected, "\(path)")
      #expect(try world.setup.read(MigrationWorld.lfs(id)) == bytes, "\(path)")
    }
    let rules = try world.setup.git("show", "lfs:.gitattributes")
    #expect(rules.contains("/data/** filter=lfs diff=lfs merge=lfs -text"), "\(rules)")
    #expect(rules.contains("/model.bin filter=lfs"), "\(rules)")
    #expect(try world.setup.tryGit(["show", "lfs:.gitignore"]).status != 0)
    // Nothing moved here, and nothing is written twice.
    #expect(world.run("status --exit-code").errors == "")
    #expect(world.run("export lfs -b again HEAD").output.contains("0 objects (0 B) new"))
    #expect(world.run("export lfs -b again HEAD", status: 1).errors.contains("exists already"))
  }

  @Test func `what went to DVC comes back the same`() throws {
    let before = try world.setup.git("rev-parse", "HEAD:data.shale", "HEAD:old.csv.shale")
    try FileManager.default.removeItem(at: world.setup.file(".dvc/cache"))
    world.run("export dvc --branch dvc HEAD")
    let tracked = try world.tracked("dvc")
    #expect(tracked.isSuperset(of: ["data.dvc", "old.csv.dvc", "model.bin.dvc", ".dvc/config"]))
    for path in ["data", "old.csv", "model.bin"] {
      try FileManager.default.removeItem(at: world.setup.file(path))
    }
    try world.setup.git("checkout", "-q", "dvc")
    world.run("migrate dvc")
    world.run("checkout")
    try world.expectData()
    #expect(
      try world.setup.git("rev-parse", ":data.shale", ":old.csv.shale") == before)
  }

  @Test func `what the store lacks is listed, and the rest is exported`() throws {
    let id = oid(of: MigrationWorld.model)
    try world.setup.write("oid sha256", to: "none")
    let pointer = String(decoding: try world.setup.read("model.bin.shale"), as: UTF8.self)
    try world.setup.write(
      pointer.replacing(id.hex, with: String(repeating: "ab", count: 32)), to: "model.bin.shale")
    try world.setup.git("commit", "-q", "-a", "-m", "lost")
    for (line, branch) in [("export lfs -b lfs HEAD", "lfs"), ("export dvc -b dvc HEAD", "dvc")] {
      let transcript = world.run(line, status: 5)
      #expect(transcript.output.contains("missing model.bin abababababab"), "\(transcript.output)")
      #expect(try world.tracked(ByteString(branch)).contains("model.bin.shale"))
    }
    let plain = try TemporaryDirectory.required().appending(path: "plain")
    world.run("export dir HEAD \(plain.path)", status: 5)
    #expect(FileManager.default.fileExists(atPath: plain.appending(path: "data/a.txt").path))
    #expect(!FileManager.default.fileExists(atPath: plain.appending(path: "model.bin").path))
  }
}
