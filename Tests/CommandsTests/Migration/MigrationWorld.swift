import Documents
import Foundation
import ObjectStore
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// A repository with what DVC and Git LFS leave in it, in the test's temporary directory.
struct MigrationWorld {
  let setup: GitSetup
  let shale: Surroundings

  /// The files of the data, with their bytes, by path.
  let files: [String: [UInt8]]

  static let model = sampleBytes(count: 200_000, seed: 4)
  static let table = Array("a,b\r\n1,2\r\n".utf8)
  static let directory: [String: [UInt8]] = [
    "a.txt": Array("one\n".utf8), "deep/b.bin": sampleBytes(count: 30_000, seed: 1),
    "deep/empty": [],
  ]

  /// Makes the repository: `model.bin` with Git LFS, the directory `data` with DVC 3, and `old.csv`,
  /// which has the line ends of Windows, with an older DVC.
  init(_ name: String = "repository") throws {
    setup = try GitSetup.make(name)
    shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(setup.file("").path))
    var files = ["model.bin": Self.model, "old.csv": Self.table]
    for (path, bytes) in Self.directory { files["data/\(path)"] = bytes }
    self.files = files
    #expect(shale.run("init -q").status == 0)
    let rule = Array("*.bin filter=lfs diff=lfs merge=lfs -text\n".utf8)
    try setup.write(rule + setup.read(".gitattributes"), to: ".gitattributes")
    try setup.write("", to: ".dvc/config")
    try setup.write("/config.local\n/tmp\n/cache\n", to: ".dvc/.gitignore")
    try setup.write("/data\n/old.csv\n", to: ".gitignore")
    try addLFS(Self.model, as: "model.bin")
    try addDVC(Self.directory, as: "data")
    try addOldDVC(Self.table, as: "old.csv")
    try setup.commitAll("as others keep it")
    for (path, bytes) in files { try setup.write(bytes, to: path) }
  }

  /// Writes a pointer of Git LFS into the worktree, and the object into its cache.
  func addLFS(_ bytes: [UInt8], as path: String) throws {
    let id = oid(of: bytes)
    try setup.write(LFSPointer(id: id, size: .bytes(bytes.count)).encoded(), to: path)
    try setup.write(bytes, to: Self.lfs(id))
  }

  /// Writes the `.dvc` file of a directory, and the objects into the cache of DVC 3.
  func addDVC(_ files: [String: [UInt8]], as path: String) throws {
    var entries: [DVCDirectory.Entry] = []
    for (name, bytes) in files {
      let digest = md5(of: bytes)
      try setup.write(bytes, to: Self.dvc(digest.hex))
      entries.append(.init(path: try RepositoryPath(ByteString(name)), digest: digest))
    }
    let list = try #require(try DVCDirectory(entries).encoded())
    let digest = md5(of: list)
    try setup.write(list, to: Self.dvc(digest.hex) + ".dir")
    let size = files.values.reduce(0) { $0 + $1.count }
    try setup.write(
      """
      outs:
      - md5: \(digest.hex).dir
        size: \(size)
        nfiles: \(files.count)
        hash: md5
        path: \(path)

      """, to: "\(path).dvc")
  }

  /// Writes the `.dvc` file of a text, and the object as DVC before 3.0 keeps it.
  func addOldDVC(_ bytes: [UInt8], as path: String) throws {
    let text = String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    let hex = md5(of: Array(text.utf8)).hex
    try setup.write(bytes, to: ".dvc/cache/\(hex.prefix(2))/\(hex.dropFirst(2))")
    try setup.write(
      "outs:\n- md5: \(hex)\n  size: \(bytes.count)\n  path: \(path)\n", to: "\(path).dvc")
  }

  /// Where Git LFS has an object.
  static func lfs(_ id: ObjectID) -> String {
    ".git/lfs/objects/\(id.hex.prefix(2))/\(id.hex.dropFirst(2).prefix(2))/\(id.hex)"
  }

  /// Where DVC 3 has an object.
  static func dvc(_ hex: String) -> String {
    ".dvc/cache/files/md5/\(hex.prefix(2))/\(hex.dropFirst(2))"
  }

  /// Runs a command line that has to end with a status, and gives what it printed.
  @discardableResult func run(
    _ line: String, status: UInt8 = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) -> Transcript {
    let transcript = shale.run(line)
    #expect(
      transcript.status == status, "\(line): \(transcript.output)\(transcript.errors)",
      sourceLocation: sourceLocation)
    return transcript
  }

  /// Expects that the worktree has the data, byte by byte.
  func expectData(besides left: Set<String> = []) throws {
    for (path, bytes) in files where !left.contains(path) {
      #expect(try setup.read(path) == bytes, "\(path)")
    }
  }

  /// Expects that the store has the data of a revision, byte by byte.
  func expectStored(_ revision: String = "HEAD", besides left: Set<String> = []) throws {
    let directory = try TemporaryDirectory.required().appending(path: "of-\(revision)")
    run("export dir -q \(revision) \(directory.path)")
    for (path, bytes) in files where !left.contains(path) {
      let found = try? Data(contentsOf: directory.appending(path: path))
      #expect(found.map { Array($0) } == bytes, "\(revision):\(path)")
    }
    try FileManager.default.removeItem(at: directory)
  }

  /// What git has in its index, or in a tree, as paths.
  func tracked(_ revision: ByteString? = nil) throws -> Set<String> {
    let text =
      if let revision {
        try setup.git("ls-tree", "-r", "--name-only", revision)
      } else {
        try setup.git("ls-files")
      }
    return Set(text.split(separator: "\n").map { String($0) })
  }
}

/// The name that Shale and Git LFS give a content.
func oid(of bytes: [UInt8]) -> ObjectID { SHA256.id(of: bytes.span) }

/// The name that DVC gives a content.
func md5(of bytes: [UInt8]) -> MD5Digest { MD5.digest(of: bytes.span) }
