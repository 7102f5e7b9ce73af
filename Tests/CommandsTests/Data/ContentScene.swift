import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import Commands

/// A repository with one file of each kind, all of which changed since they were recorded, and with
/// a pointer to what is in no store.
struct ContentScene {
  let setup: GitSetup
  let shale: Surroundings

  init(_ name: String = "repository") throws {
    setup = try GitSetup.make(name)
    shale = Surroundings(
      environment: testEnvironment(), directory: FilePath(setup.file("").path))
    #expect(shale.run("init -q").status == 0)
    try setup.write("id,city,price\n1,Rome,9.5\n2,Oslo,8\n3,Bern,7\n", to: "data/t.csv")
    try setup.write(Self.weights([1, 2, 3], note: "a"), to: "data/m.safetensors")
    try setup.write("{\"lr\": 0.1, \"old\": 1}\n", to: "data/d.json")
    try setup.write(Self.picture(2), to: "data/p.png")
    try setup.write("one\ntwo\n", to: "data/n.txt")
    try setup.write([0, 1, 2, 3] + sampleBytes(count: 300_000, seed: 1), to: "data/b.bin")
    try setup.write("{", to: "data/bad.json")
    #expect(shale.run("add -q data").status == 0)
    for digit in ["1", "2"] {
      let oid = String(repeating: digit, count: 64)
      try setup.write("shale 1\nkind file\noid sha256:\(oid)\nsize 5\n", to: "lost.bin.shale")
      try setup.commitAll("lost")
    }
    try setup.write("id,city,price\n0,Kyiv\n1,Rome,9.75\n3,Bern,7\n", to: "data/t.csv")
    try setup.write(Self.weights([1, 2, 5], note: "b"), to: "data/m.safetensors")
    try setup.write("{\"new\": 1, \"lr\": 0.2}\n", to: "data/d.json")
    try setup.write(Self.picture(3), to: "data/p.png")
    try setup.write("one\n2\n", to: "data/n.txt")
    try setup.write([0, 1, 7, 3] + sampleBytes(count: 300_000, seed: 1), to: "data/b.bin")
    try setup.write("{{", to: "data/bad.json")
  }

  /// A safetensors file of one tensor.
  private static func weights(_ numbers: [Float], note: String) -> [UInt8] {
    let header =
      "{\"__metadata__\":{\"by\":\"\(note)\"},\"w\":{\"dtype\":\"F32\",\"shape\":[3],"
      + "\"data_offsets\":[0,12]}}"
    let data = numbers.flatMap { number in
      (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) }
    }
    return [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + data
  }

  /// The first bytes of a picture, which a browser would not show.
  private static func picture(_ width: UInt8) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
      + [0, 0, 0, width, 0, 0, 0, 5]
  }
}
