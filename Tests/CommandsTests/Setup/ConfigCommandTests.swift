import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// `shale config` does what a user of `git config` expects.
@Suite(.temporaryDirectory) struct ConfigCommandTests {
  private let setup: GitSetup
  private let shale: Surroundings

  init() throws {
    let directory = try TemporaryDirectory.required()
    try FileManager.default.createDirectory(
      at: directory.appending(path: "home"), withIntermediateDirectories: true)
    setup = try GitSetup.make()
    shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(setup.file("").path))
    #expect(shale.run("init -q").status == 0)
  }

  /// Runs command lines, and compares all that they show with one golden text.
  private func expectSession(_ name: String, _ lines: String..., on shale: Surroundings) throws {
    let text = lines.map { shale.run($0).text(of: $0) }.joined()
    try expectGolden(text, "config/\(name)")
  }

  @Test func `a listing has each value and where it is set`() throws {
    try setup.git("config", "shale.link", "reflink")
    try setup.git("config", "--global", "shale.largeFile", "5 MiB")
    try setup.write("[shale]\n\tcompression = zlib\n", to: ".shale/config")
    var shale = shale
    shale.environment["SHALE_DEFAULT_REMOTE"] = "usb"
    try expectSession("list", "config", "config --list -v", "config --json", on: shale)
  }

  @Test func `a place that is named is read alone`() throws {
    try setup.git("config", "--global", "shale.compression", "zstd")
    try setup.write("[shale]\n\tcompression = zlib\n", to: ".shale/config")
    try expectSession(
      "places", "config compression", "config --global compression", "config --shared compression",
      "config --local compression", "config --local", "config --shared --list",
      "config --get --global shale.COMPRESSION", on: shale)
  }

  @Test func `what does not fit is a usage error, and changes nothing`() throws {
    try setup.git("config", "shale.compression", "zlib")
    try expectSession(
      "usage", "config --unset", "config --get", "config --unset compression zlib",
      "config --get compression zlib", "config --list compression", "config --unset --get link",
      "config --local --global", "config compression zlib zstd", "config nonsense",
      "config nonsense 1", "config compression lzma", "config --shared link symlink", on: shale)
    #expect(try setup.git("config", "shale.compression") == "zlib")
  }

  @Test func `a setting without a value is a failure, as in git`() throws {
    try expectSession(
      "not-set", "config defaultRemote", "config --unset compression",
      "config --global --get link", on: shale)
  }

  @Test(arguments: [
    ("--local", ".git/config"), ("--shared", ".shale/config"), ("--global", "../home/.gitconfig"),
  ])
  func `a value is written where it is wanted, without a word, and removed again`(
    place: String, file: String
  ) throws {
    #expect(shale.run("config \(place) compression zlib") == Transcript())
    #expect(
      try setup.git("config", "--file", ByteString(file), "shale.compression") == "zlib")
    #expect(shale.run("config \(place) compression").output == "zlib\n")
    #expect(shale.run("config \(place) --unset compression") == Transcript())
    #expect(shale.run("config compression").output == "auto\n")
    #expect(
      try setup.tryGit(["config", "--file", ByteString(file), "shale.compression"]).status == 1)
  }

  @Test func `one's own settings can be made before a repository is set up`() throws {
    let other = try GitSetup.make("other")
    let shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(other.file("").path))
    #expect(shale.run("config compression zlib").status == 0)
    #expect(shale.run("config compression").output == "zlib\n")
    #expect(shale.run("config --shared compression zlib").status == 1)
  }

  @Test func `a value that no command can read is told with advice that works`() throws {
    try setup.git("config", "shale.compression", "broken")
    let failed = shale.run("config compression zlib")
    #expect(failed.status == 2)
    let advice = try #require(failed.errors.firstMatch(of: /`git (config [^`]*)`/)?.output.1)
    try setup.git(arguments: advice.split(separator: " ").map { ByteString($0.utf8) })
    #expect(shale.run("config compression").output == "auto\n")
  }

  @Test func `outside a repository the advice on one's own settings works`() throws {
    let outside = Surroundings(
      environment: testEnvironment(),
      directory: FilePath(try TemporaryDirectory.required().path))
    let failed = outside.run("config --global compression zlib")
    #expect(failed.status == 1)
    let advice = try #require(failed.errors.firstMatch(of: /`git (config [^`]*)`/)?.output.1)
    let line = String(advice).replacing("NAME", with: "compression").replacing(
      "VALUE", with: "zlib")
    try Program.succeed("git", line.split(separator: " ").map { ByteString($0.utf8) })
    #expect(shale.run("config --global compression").output == "zlib\n")
  }

  @Test func `a setting that nobody knows is pointed out`() throws {
    try setup.git("config", "shale.compresion", "zlib")
    let transcript = shale.run("config compression")
    #expect(transcript.output == "auto\n")
    #expect(transcript.errors.contains("'shale.compresion' (local)"))
  }
}

extension GitSetup {
  fileprivate func git(arguments: [ByteString]) throws {
    try Program.succeed("git", arguments, in: path)
  }
}
