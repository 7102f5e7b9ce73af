import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct LostPackTests {
  @Test func `records of a pack that is gone are found again after they were added again`() throws {
    let fixture = try StoreFixture()
    try fixture.add(0..<1_457, to: fixture.open(), durably: true)
    let first = try fixture.open()
    for pack in try first.presentPacks() { try first.layout.pack(pack).remove() }
    let store = try fixture.open()
    let session = try store.session()
    var walked = 0
    for number in 0..<1_457 where try session.find(StoreFixture.oid(number)) == nil { walked += 1 }
    #expect(walked == 1_457)
    for number in 0..<1_457 {
      let bytes = StoreFixture.content(number)
      try session.append(
        SHA256.id(of: bytes.span), kind: StoreFixture.data, length: bytes.count,
        stored: bytes.span)
    }
    try session.synchronize()
    _ = try session.finish(durably: true)
    let lost = try (0..<1_457).filter { try store.find(StoreFixture.oid($0)) == nil }
    #expect(lost == [])
    let other = try (0..<1_457).filter { try fixture.open().find(StoreFixture.oid($0)) == nil }
    #expect(other == [])
  }
}
