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

  @Test func `a remote gets its store when it is added, and others find it`() throws {
    let place = FilePath(try TemporaryDirectory.required().path).appending("store")
    #expect(
      shale.run("remote add origin ../store").output
        == """
        Added remote origin: ../store (new store)
        Staged .shale/config: run shale commit, so that clones know the remote

        """)
    let id = try String(decoding: place.appending("id").contents(), as: UTF8.self)
    #expect(
      try setup.git("config", "-f", ".shale/config", "shale-remote.origin.storeId") + "\n" == id)
    #expect(shale.run("remote add --local mine ../store").output == "Added remote mine: ../store\n")
    #expect(try setup.git("config", "shale-remote.mine.storeId") + "\n" == id)
    #expect(shale.run("remote remove mine").status == 0)
    #expect(try Program.run("git", ["config", "--get-regexp", "mine"], in: setup.path).status == 1)
    #expect(try String(decoding: place.appending("id").contents(), as: UTF8.self) == id)
  }

  @Test func `a remote whose place cannot have a store is not added`() throws {
    let absent = shale.run("remote add origin ../nowhere/store")
    #expect(absent.status == 75)
    #expect(absent.errors.contains("cannot be reached"))
    #expect(absent.errors.hasSuffix("make the directory that the remote is to lie in\n"))
    try setup.write("precious", to: "full/file")
    #expect(shale.run("remote add origin full").status == 1)
    #expect(shale.run("remote add origin .git/shale/store").status == 2)
    #expect(shale.run("remote list --quiet").output == "")
    #expect(try Program.run("ls", ["-A", "full"], in: setup.path).text == "file\n")
  }

  @Test func `an id in the configuration that is none is refused`() throws {
    try setup.write("[shale-remote \"a\"]\n\turl = /x\n\tstoreId = 12\n", to: ".shale/config")
    let listed = shale.run("remote list")
    #expect(listed.status == 2)
    #expect(listed.errors.contains("Remote 'a' has the store id '12', which is not 32 hexadecimal"))
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
