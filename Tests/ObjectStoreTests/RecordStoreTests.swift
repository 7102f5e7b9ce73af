import Foundation
import Platform
import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite(.temporaryDirectory) struct RecordStoreTests {
  @Test func `what was added is found with its bytes, by this process and the next`() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let summary = try fixture.add(0..<500, to: store)
    #expect(summary.records == 500)
    #expect(summary.packs == 1)
    try StoreFixture.expect(0..<500, in: store)
    try StoreFixture.expect(0..<500, in: fixture.open())
    #expect(try store.find(StoreFixture.oid(500)) == nil)
  }

  @Test func `data and metadata lie in packs of their own, one each`() throws {
    let fixture = try StoreFixture()
    let store = try fixture.open()
    let session = try store.session()
    for number in 0..<100 {
      let bytes = StoreFixture.content(number)
      try session.append(
        StoreFixture.oid(number),
        kind: number.isMultiple(of: 2) ? StoreFixture.data : StoreFixture.tree,
        length: bytes.count, stored: bytes.span)
    }
    #expect(try session.finish(durably: true).packs == 2)
    try StoreFixture.expect(0..<100, in: store)
  }
}
