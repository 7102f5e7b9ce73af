import Foundation
import Platform
import Primitives
import TestSupport
import Testing
import Workspace

@testable import Commands
@testable import ObjectStore

/// Data that is taken from elsewhere by somebody who has no repository.
@Suite(.temporaryDirectory) struct GetCommandTests {
  private let world: TransferWorld

  /// A directory outside of any repository.
  private let here: Surroundings

  init() throws {
    world = try TransferWorld()
    try world.expectDone("push -q")
    let directory = world.directory.appending("build")
    try directory.makeDirectories()
    here = Surroundings(environment: testEnvironment(), directory: directory)
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    try here.directory.appending(path).contents()
  }

  private func isThere(_ path: String) throws -> Bool {
    try here.directory.appending(path).statusIfPresent() != nil
  }

  private func sum(of path: String) throws -> String {
    hexSHA256(try #require(world.files[path]))
  }

  /// Takes everything away that was got, so that the next one finds nothing.
  private func clear() throws {
    for name in try here.directory.names() { try here.directory.appending(name).removeTree() }
  }

  /// The value of a key of the result, as JSON spells it.
  private func value(_ key: String, of transcript: Transcript) throws -> String? {
    let object = try JSONSerialization.jsonObject(with: Data(transcript.output.utf8))
    let result = (object as? [String: Any])?["result"] as? [String: Any]
    return result?[key].map { "\($0)" }
  }

  /// The cache that the environment of the tests leads to.
  private var cache: FilePath { world.directory.appending("home/.cache/shale") }

  // MARK: - Sources

  @Test(arguments: ["../remote", "../repository", "../code.git"])
  func `files, directories and parts of them come from every kind of source`(
    source: String
  ) throws {
    try Program.succeed("git", ["clone", "-q", "--bare", "repository", "code.git"])
    for (path, name) in [
      ("model.bin", "model.bin"), ("data/deep/b.bin", "b.bin"), ("./other/", "other"),
      ("data/deep", "deep"), ("data.shale", "data"),
    ] {
      try clear()
      let got = here.run("get \(source) \(path)")
      #expect(got.status == 0, "\(path): \(got.errors)")
      #expect(try here.directory.names() == [ByteString(name)])
      #expect(here.run("get \(source) \(path)").output.contains("is there already"), "\(path)")
    }
    for file in ["a.txt", "deep/b.bin", "deep/c.csv"] {
      #expect(try bytes("data/\(file)") == world.files["data/\(file)"])
    }
    try clear()
    let got = here.run("get --json -o a/b \(source) model.bin")
    #expect(try bytes("a/b/model.bin") == world.files["model.bin"])
    #expect(try value("oid", of: got) == sum(of: "model.bin"))
    let head = try world.setup.git("rev-parse", "HEAD")
    #expect(try value("commit", of: got) == head)
    #expect(got.output.contains("unproven-source") == (source == "../remote"))
  }

  @Test func `a clone without the data leads to its remotes`() throws {
    _ = try world.clone()
    let got = here.run("get --json ../clone model.bin")
    #expect(try value("origin", of: got) == "origin")
    #expect(try bytes("model.bin") == world.files["model.bin"])
    try clear()
    let own = here.run("get --json ../repository model.bin")
    #expect(try value("origin", of: own) == "clone")
  }

  @Test(arguments: ["../remote", "../repository", "../code.git"])
  func `revisions are those of the source`(source: String) throws {
    try world.setup.git("tag", "-m", "one", "v1")
    let first = try world.setup.git("rev-parse", "HEAD")
    try world.setup.write("two\n", to: "data/a.txt")
    try world.commit("second")
    try world.setup.git("branch", "side", "HEAD~1")
    try world.expectDone("push -q --all")
    try Program.succeed("git", ["clone", "-q", "--bare", "repository", "code.git"])
    let parent = source == "../remote" ? [] : ["main~1"]
    for revision in ["v1", "refs/tags/v1", "side", first, String(first.prefix(9))] + parent {
      try clear()
      let got = here.run("get \(source) data --rev \(revision)")
      #expect(got.status == 0, "\(revision): \(got.errors)")
      #expect(try bytes("data/a.txt") == Array("one\n".utf8), "\(revision)")
    }
    try clear()
    #expect(here.run("get \(source) data").status == 0)
    #expect(try bytes("data/a.txt") == Array("two\n".utf8))
    try clear()
    for revision in ["nowhere", "0123456789", "v1:data"] {
      let refused = here.run("get \(source) data --rev \(revision)")
      #expect(refused.status == 1, "\(revision)")
      #expect(refused.errors.contains("'\(revision)'"), "\(refused.errors)")
    }
    #expect(try here.directory.names() == [])
  }

  @Test func `a relative remote means nothing to who has no clone, unless they say more`() throws {
    let other = try TransferWorld(
      remoteName: "elsewhere", location: "../elsewhere", name: "relative")
    try other.expectDone("push -q")
    try Program.succeed("git", ["clone", "-q", "--bare", "relative", "relative.git"])
    let refused = here.run("get ../relative.git model.bin")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("../elsewhere"))
    try world.directory.appending("home").makeDirectories()
    try Program.succeed(
      "git", ["config", "--global", "shale-remote.origin.url", other.remote.bytes],
      environment: ["GIT_CONFIG_GLOBAL": world.directory.appending("home/.gitconfig").description])
    #expect(here.run("get ../relative.git model.bin").status == 0)
  }

  // MARK: - Trust

  @Test func `only what is expected comes, and is told before anything is read`() throws {
    let right = try sum(of: "model.bin")
    let wrong = try sum(of: "other/d.bin")
    let refused = here.run("get ../remote model.bin --expect sha256:\(wrong)")
    #expect(refused.status == 4)
    #expect(refused.errors.contains(right))
    #expect(try here.directory.names() == [])
    #expect(try cache.statusIfPresent() == nil, "nothing was read")
    let got = here.run("get ../remote model.bin --expect \(right)")
    #expect(got.status == 0)
    #expect(got.errors == "")
    for word in ["sha256:12", "md5:\(right)", right.uppercased()] {
      #expect(here.run("get ../remote model.bin --expect \(word)").status == 2, "\(word)")
    }
  }

  @Test func `what is expected and in the cache comes without the source`() throws {
    let sum = try sum(of: "model.bin")
    #expect(here.run("get -q ../repository other").status == 0)
    #expect(here.run("get -q ../remote model.bin --expect \(sum)").status == 0)
    try world.remote.rename(to: world.directory.appending("away"))
    #expect(
      here.run("get ../remote model.bin --expect \(sum)").output.contains("is there already"))
    try clear()
    let got = here.run("get --json ../remote model.bin --expect \(sum)")
    #expect(try value("origin", of: got) == "cache")
    #expect(try value("bytesFetched", of: got) == "0")
    #expect(try bytes("model.bin") == world.files["model.bin"])
    try clear()
    #expect(here.run("get ../remote model.bin").status == 75)
    #expect(here.run("cache clear").status == 0)
    #expect(here.run("get ../remote model.bin --expect \(sum)").status == 75)
    #expect(try here.directory.names() == [])
  }

  @Test func `a source that could be an option or a program is refused`() throws {
    for source in ["-u./x", "ext::sh", "a\u{7}b"] {
      let refused = here.run(["get", "--", ByteString(source), "model.bin"])
      #expect(refused.status == 2, "\(source): \(refused.errors)")
      #expect(refused.errors.contains("error: Source "), "\(refused.errors)")
    }
    for path in ["../x", "/etc/passwd", "a//b", ".", ""] {
      #expect(here.run(["get", "../remote", ByteString(path)]).status == 2, "\(path)")
    }
    let refused = here.run(["get", "../repository", "data", "--rev", "--upload-pack=touch"])
    #expect(refused.status != 0)
  }

  // MARK: - The place

  @Test func `what is there is replaced only when that is said`() throws {
    try AtomicFile.replace(
      here.directory.appending("model.bin"), with: Array("mine".utf8), durably: false)
    let refused = here.run("get ../repository model.bin")
    #expect(refused.status == 1)
    #expect(try bytes("model.bin") == Array("mine".utf8))
    let sum = try sum(of: "model.bin")
    #expect(here.run("get ../repository model.bin --expect \(sum)").status == 1)
    #expect(here.run("get --force ../repository model.bin").status == 0)
    #expect(try bytes("model.bin") == world.files["model.bin"])
    #expect(here.run("get -q ../repository data").status == 0)
    try here.directory.appending("data/a.txt").remove()
    #expect(here.run("get ../repository data").status == 1)
    #expect(here.run("get -f ../repository data").status == 0)
    #expect(try bytes("data/a.txt") == world.files["data/a.txt"])
    #expect(try here.directory.names() == ["data", "model.bin"])
  }

  // MARK: - What is wrong with a source

  @Test func `what is not tracked is told with what is`() throws {
    let refused = here.run("get ../remote nothing")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("'model.bin'"))
    for source in ["../remote", "../repository"] {
      for path in ["data/none", "model.bin/part", "params.yaml"] {
        #expect(here.run("get \(source) \(path)").status == 1, "\(source) \(path)")
      }
    }
    #expect(here.run("get ../nowhere data").status == 75)
    #expect(here.run("get ../build data").status == 75)
  }

  @Test func `what a store lacks is 5, and what is damaged in it 4`() throws {
    for flags in ["", "--no-cache "] {
      try clear()
      let copy = world.directory.appending("copy\(flags.count)")
      try Program.succeed("cp", ["-R", world.remote.bytes, copy.bytes])
      let packs = try TransferWorld.packs(of: copy)
      let largest = try #require(try packs.max { try $0.status().size < $1.status().size })
      let size = try largest.status().size.bytes
      try Program.succeed("chmod", ["u+w", largest.bytes])
      for offset in stride(from: 1_000, to: size - 20_000, by: 50_000) {
        try TransferWorld.flip(largest, at: offset)
      }
      let damaged = here.run("get \(flags)\(copy) model.bin")
      #expect(damaged.status == 4, "\(damaged.errors)")
      for pack in packs { try pack.remove() }
      let missing = here.run("get \(flags)\(copy) model.bin")
      #expect(missing.status == 5, "\(missing.errors)")
      #expect(try here.directory.names() == [])
    }
  }

  @Test func `a pointer that is none, and a tree that leads out, put nothing anywhere`() throws {
    let scene = try Scene.committed("hostile")
    let hostile = try HostileStore(scene)
    var bytes = Tree.magic
    for name: ByteString in ["..", "../evil", "/tmp/evil"] {
      TreeEntry(kind: .file, id: .empty, size: .zero, name: name).encode(to: &bytes)
      let id = try hostile.putTree(bytes)
      try hostile.commit(.tree(id, size: .zero, files: 1), at: "evil.shale")
      let refused = here.run("get ../hostile evil")
      #expect(refused.status == 4, "\(name): \(refused.errors)")
      bytes = Tree.magic
    }
    try scene.setup.write("shale 1\nkind file\noid sha256:../..\nsize 1\n", to: "evil.shale")
    try scene.setup.commitAll("no pointer")
    #expect(here.run("get ../hostile evil").status == 4)
    #expect(try here.directory.names() == [])
    #expect(try world.directory.appending("evil").statusIfPresent() == nil)
  }

  // MARK: - The cache

  @Test func `without a cache, or one that cannot be used, data comes straight`() throws {
    #expect(here.run("get -q --no-cache ../remote model.bin").status == 0)
    #expect(try cache.statusIfPresent() == nil)
    try clear()
    var none = here
    none.environment["SHALE_CACHE_SIZE"] = "0"
    #expect(none.run("get -q ../remote model.bin").status == 0)
    #expect(try cache.statusIfPresent() == nil)
    #expect(none.run("cache").output == "No cache is used.\n")
    try clear()
    var broken = here
    broken.environment["SHALE_CACHE"] = world.remote.appending("format").bytes
    let got = broken.run("get ../remote model.bin")
    #expect(got.status == 0)
    #expect(got.errors.contains("was not used"))
    #expect(try bytes("model.bin") == world.files["model.bin"])
  }

  @Test func `a damaged cache is passed over`() throws {
    #expect(here.run("get -q ../remote data").status == 0)
    for pack in try TransferWorld.packs(of: cache.appending("store")) {
      try Program.succeed("chmod", ["u+w", pack.bytes])
      let size = try pack.status().size.bytes
      for offset in stride(from: 100, to: size - 2_000, by: 10_000) {
        try TransferWorld.flip(pack, at: offset)
      }
    }
    try clear()
    let got = here.run("get -q ../remote data")
    #expect(got.status == 0)
    #expect(got.errors.contains("was not used"), "\(got.errors)")
    #expect(try bytes("data/deep/b.bin") == world.files["data/deep/b.bin"])
  }

  @Test func `the cache says what it holds, and gives it back`() throws {
    #expect(here.run("cache").output.contains("0 contents"))
    #expect(here.run("get -q ../remote model.bin").status == 0)
    #expect(here.run("get -q ../remote data").status == 0)
    let shown = here.run("cache -v").output
    #expect(shown.contains("2 contents"))
    #expect(shown.contains(try sum(of: "model.bin")))
    #expect(here.run("cache prune --size 1G").output.contains("0 contents went"))
    #expect(here.run("cache prune --size 0").output.contains("2 contents went"))
    #expect(here.run("cache").output.contains("0 contents"))
  }
}
