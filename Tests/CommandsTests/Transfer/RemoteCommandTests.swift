import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// Remotes are added, listed, moved and removed.
@Suite(.temporaryDirectory) struct RemoteCommandTests {
  private let setup: GitSetup
  private let shale: Surroundings

  init() throws {
    setup = try GitSetup.make()
    shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(setup.file("").path))
    #expect(shale.run("init -q").status == 0)
  }

  @Test func `quietly the names are listed, one on each line`() {
    #expect(shale.run("remote list --quiet") == Transcript())
    #expect(shale.run("remote add zebra ../zebra").status == 0)
    #expect(shale.run("remote add --local ant ../ant").status == 0)
    #expect(shale.run("remote list --quiet") == Transcript(output: "ant\nzebra\n"))
    #expect(shale.run("remote -q").output == "ant\nzebra\n")
    #expect(
      shale.run("remote list").output == "ant    ../ant    this clone only\nzebra  ../zebra\n")
  }

  @Test func `a remote is moved where it is configured, and stays the default`() throws {
    #expect(shale.run("remote add origin ../one").status == 0)
    #expect(shale.run("remote add --local other ../two").status == 0)
    #expect(shale.run("remote default origin").status == 0)
    #expect(shale.run("remote set-url origin ../three").status == 0)
    #expect(shale.run("remote set-url other ../four").status == 0)
    #expect(
      shale.run("remote list").output
        == "origin  ../three  default\nother   ../four   this clone only\n")
    #expect(try setup.git("config", "shale-remote.other.url") == "../four")
    #expect(
      try setup.git("config", "--file", ".shale/config", "shale-remote.origin.url") == "../three")
    #expect(shale.run("remote set-url nothing ../x").status == 2)
    #expect(shale.run("remote set-url origin ssh://host/x").status == 2)
    #expect(shale.run("remote add origin ../five").status == 1)
  }

  @Test func `the advice on a remote that has moved works`() throws {
    let place = FilePath(try TemporaryDirectory.required().path)
    #expect(shale.run("remote add origin ../store").status == 0)
    try setup.write("a\n", to: "a.txt")
    #expect(shale.run("add a.txt").status == 0)
    #expect(shale.run("commit -q -m one").status == 0)
    #expect(shale.run("push -q").status == 0)
    try place.appending("store").rename(to: place.appending("elsewhere"))
    let failed = shale.run("push")
    #expect(failed.status == 75)
    let advice = try #require(failed.errors.firstMatch(of: /`shale (remote [^`]*)`/)?.output.1)
    #expect(failed.errors.contains("mounted"))
    let line = String(advice).replacing("NAME", with: "origin").replacing(
      "DIRECTORY", with: "../elsewhere")
    #expect(shale.run(line).status == 0)
    #expect(shale.run("push").output == "origin has everything already.\n")
  }
}
