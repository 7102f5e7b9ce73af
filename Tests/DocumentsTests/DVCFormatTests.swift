import Primitives
import Testing

@testable import Documents

/// Files of DVC's are read as DVC reads them, and refused where they are something else.
@Suite struct DVCFormatTests {
  private func file(_ text: String) throws -> DVCFile { try DVCFile(reading: Array(text.utf8)) }

  private let hex = "acbd18db4cc2f85cedef654fccc4a4d8"

  @Test func `a file of DVC 3 names a file`() throws {
    let file = try file("outs:\n- md5: \(hex)\n  size: 3\n  hash: md5\n  path: foo.txt\n")
    let output = try #require(file.outputs.first)
    #expect(file.outputs.count == 1 && file.directory == "." && !file.isStage)
    #expect(output.path == "foo.txt" && output.digest?.hex == hex && output.size == .bytes(3))
    #expect(!output.isBefore3 && !output.isDirectory && output.isCached)
  }

  @Test func `a file of DVC 2 names a directory`() throws {
    let text = "wdir: ..\nouts:\n- md5: \(hex).dir\n  size: 9\n  nfiles: 2\n  path: data\n"
    let file = try file(text)
    let output = try #require(file.outputs.first)
    #expect(output.isBefore3 && output.isDirectory && output.files == 2)
    #expect(output.digest?.hex == hex && file.directory == "..")
  }

  @Test func `a path that looks like a number is a path`() throws {
    #expect(try file("outs:\n- md5: \(hex)\n  path: 2021\n").outputs.first?.path == "2021")
  }

  @Test func `what is imported says from where`() throws {
    let file = try file(
      """
      deps:
      - path: a/b
        repo: {url: ../other, rev: main, rev_lock: '0123'}
      outs:
      - {md5: \(hex), path: b}
      """)
    #expect(file.source == .init(location: "../other", path: "a/b", revision: "0123"))
  }

  @Test(arguments: [
    "", "[]", "outs: 3", "outs:\n- 3", "outs:\n- md5: aa", "a: [", "\u{0}", "outs: [{path: [a]}]",
  ])
  func `what is no such file is refused`(text: String) {
    #expect(throws: DVCFormatError.self) { try file(text) }
  }

  @Test(arguments: ["etag: abc", "md5: nonsense", "md5: \"ACBD18DB4CC2F85CEDEF654FCCC4A4D8\""])
  func `an output without an MD5 has none`(line: String) throws {
    #expect(try file("outs:\n- path: a\n  \(line)\n").outputs.first?.digest == nil)
  }

  // MARK: - Stages

  @Test func `both versions of a lock are read`() throws {
    let stage = "train:\n    cmd: x\n    outs:\n    - {path: m, md5: \(hex), hash: md5}\n"
    let new = try DVCLockFile(reading: Array("schema: '2.0'\nstages:\n  \(stage)".utf8))
    let old = try DVCLockFile(
      reading: Array("train:\n  cmd: x\n  outs:\n  - {path: m, md5: \(hex), hash: md5}\n".utf8))
    #expect(new == old && new.stages.first?.outputs.first?.digest?.hex == hex)
  }

  @Test func `a pipeline says what git keeps, also where a stage stands for several`() throws {
    let pipeline = try DVCPipeline(
      reading: Array(
        """
        stages:
          train:
            foreach: [a, b]
            do:
              cmd: x
              wdir: sub
              outs: [model]
              metrics: [{scores.json: {cache: false}}]
        """.utf8))
    let stage = try #require(pipeline.stage("train@a"))
    #expect(stage.uncached == ["scores.json"] && stage.directory == "sub")
    #expect(pipeline.stage("other") == nil)
  }

  // MARK: - Lists

  private func list(_ text: String) throws -> DVCDirectory {
    try DVCDirectory(reading: Array(text.utf8))
  }

  @Test func `a list is read, and written to the byte`() throws {
    let text =
      "[{\"md5\": \"\(hex)\", \"relpath\": \"a/\\u00e9 \\\"x\\\"\"}, "
      + "{\"md5\": \"\(hex)\", \"relpath\": \"b}{\\ud83d\\ude00\"}]"
    let directory = try list(text)
    #expect(directory.entries.map(\.path.bytes) == ["a/é \"x\"", "b}{😀"])
    #expect(directory.encoded() == Array(text.utf8))
    #expect(try list("[]").entries.isEmpty)
    #expect(try list(" [ ]\n").encoded() == Array("[]".utf8))
  }

  @Test(arguments: [
    "", "[", "]", "{}", "[}", "[{}", "[{},]", "[{}{}]", "[{}", "[1]", "[]x", "[[]]", "[{}]",
    "[{\"md5\": 3, \"relpath\": \"a\"}]", "[{\"md5\": \"aa\", \"relpath\": \"a\"}]",
    "[{\"md5\": \"acbd18db4cc2f85cedef654fccc4a4d8\"}]", "[{\"relpath\": \"a\"}]", "[{\"a",
    "[{\"\\",
  ])
  func `what is no list is refused`(text: String) {
    #expect(throws: DVCFormatError.self) { try list(text) }
  }

  @Test(arguments: [
    "../a", "/a", "a/../b", "a//b", "", ".", "a/.git/b", ".GIT", "a/", "a\\u0000b",
  ])
  func `a path that leads elsewhere is refused`(path: String) {
    #expect(throws: DVCFormatError.self) {
      try list("[{\"md5\": \"\(hex)\", \"relpath\": \"\(path)\"}]")
    }
  }

  @Test(arguments: [["a", "a"], ["a", "a/b"], ["a/b/c", "a"]])
  func `a path that is a file and a directory is refused`(paths: [String]) {
    let entries = paths.map { "{\"md5\": \"\(hex)\", \"relpath\": \"\($0)\"}" }
    #expect(throws: DVCFormatError.self) { try list("[\(entries.joined(separator: ", "))]") }
  }

  @Test func `a list is longer than a document may be`() throws {
    let entries = (0..<200_000).map { "{\"md5\": \"\(hex)\", \"relpath\": \"deep/\($0)\"}" }
    #expect(try list("[\(entries.joined(separator: ", "))]").entries.count == 200_000)
  }

  // MARK: - Configuration

  @Test func `remotes and the cache are found`() {
    let config = DVCConfig(
      reading: Array(
        """
        # a comment
        [core]
            remote = near
        ['remote "near"']
            url = ../../storage
        [cache]
            dir = "/big/cache"
        ['remote "far"']
            url = s3://bucket/a=b
            url2 = x
        [remote]
            url = nobody
        """.utf8))
    #expect(config.cache == "/big/cache")
    #expect(config.remotes.map(\.name) == ["near", "far"])
    #expect(config.remotes.map(\.url) == ["../../storage", "s3://bucket/a=b"])
    #expect(DVCConfig(reading: [0xFF, 0x0A, 0x5B]).remotes.isEmpty)
  }
}
