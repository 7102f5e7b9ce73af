import Primitives
import TestSupport
import Testing

@testable import ContentDiff

@Suite struct TableComparisonTests {
  @Test func `rows are matched by a key that is found, and cells are named`() throws {
    let found = try #require(
      try compare(
        "a.csv", "id,city,price\n1,Rome,9.5\n2,Oslo,8\n3,Bern,7\n",
        "id,city,price\n0,Kyiv,1\n1,Rome,9.75\n3,Bern,7\n"
      ).table)
    #expect(found.key == ["id"] && found.isKeyDetected)
    #expect(found.rows == .init(old: 3, new: 3))
    #expect((found.added, found.removed, found.changed, found.unchanged) == (1, 1, 1, 1))
    #expect(!found.isReordered)
    #expect(found.changedColumns == [.init(name: "price", rows: 1)])
    #expect(
      found.samples == [
        .init(
          kind: .changed, oldLine: 2, newLine: 3, key: ["1"],
          cells: [.init(column: "price", old: "9.5", new: "9.75")]),
        .init(
          kind: .removed, oldLine: 3, newLine: nil, key: ["2"],
          cells: [
            .init(column: "id", old: "2", new: nil), .init(column: "city", old: "Oslo", new: nil),
            .init(column: "price", old: "8", new: nil),
          ]),
        .init(
          kind: .added, oldLine: nil, newLine: 2, key: ["0"],
          cells: [
            .init(column: "id", old: nil, new: "0"), .init(column: "city", old: nil, new: "Kyiv"),
            .init(column: "price", old: nil, new: "1"),
          ]),
      ])
  }

  @Test func `a cell is what its quotes hold, and line ends do not count`() throws {
    let same = try compare(
      "a.csv", "\u{FEFF}a,b\r\n1,\"x\"\r\n\r\n2,\"y\"\"z\"\r\n", "a,b\n1,x\n2,\"y\"\"z\"")
    #expect(same.isSame)
    let broken = try compare("a.csv", "a,b\n1,\"x\ny,\"\n", "a,b\n1,\"x\nz,\"\n")
    #expect(
      broken.table?.samples.first?.cells == [
        .init(column: "b", old: "\"x\\ny,\"", new: "\"x\\nz,\"")
      ])
  }

  @Test func `columns that come, go or move are told, and rows are not compared by them`() throws {
    let found = try #require(
      try compare("a.tsv", "id\tx\ty\n1\t2\t3\n2\t2\t4\n", "y\tid\tz\n3\t1\t9\n5\t2\t9\n").table)
    #expect(found.addedColumns == ["z"] && found.removedColumns == ["x"])
    #expect(found.areColumnsMoved)
    #expect((found.changed, found.unchanged) == (1, 1))
  }

  @Test func `rows of another length are counted, compared and told with a line`() throws {
    let found = try #require(
      try compare("a.csv", "id,b\n1,2\n2\n3,4,5\n", "id,b\n1,2\n2,\n3,4,6\n", key: ["id"]).table)
    #expect(found.ragged == .init(old: 2, new: 1))
    #expect(found.firstRaggedLine == 3)
    #expect((found.changed, found.unchanged) == (1, 2))
    #expect(found.changedColumns == [.init(name: "+1", rows: 1)])
  }

  @Test func `rows without a key are compared as a whole`() throws {
    let found = try #require(try compare("a.csv", "a\nx\nx\ny\n", "a\nx\ny\ny\nz\n").table)
    #expect(found.key.isEmpty)
    #expect((found.added, found.removed, found.changed, found.unchanged) == (2, 1, 0, 2))
  }

  @Test func `rows in another order are the same rows in another order`() throws {
    let found = try #require(try compare("a.csv", "id,b\n1,x\n2,y\n", "id,b\n2,y\n1,x\n").table)
    #expect(found.isReordered && found.unchanged == 2)
    #expect(!found.isEmpty)
  }

  @Test func `a key of several columns is taken as it is given`() throws {
    let found = try #require(
      try compare("a.csv", "a,b,c\n1,1,x\n1,2,y\n", "a,b,c\n1,2,z\n1,1,x\n", key: ["a", "b"]).table)
    #expect(found.key == ["a", "b"] && !found.isKeyDetected)
    #expect((found.changed, found.unchanged) == (1, 1))
  }

  @Test func `a key that is nowhere is told, and lines are compared`() throws {
    let found = try compare("a.csv", "a,b\n1,2\n", "a,b\n1,3\n", key: ["id"])
    #expect(found.note == "it has no column 'id'")
    #expect(found.lines?.added == 1)
  }

  @Test func `objects of JSON Lines are compared by key path, whatever the order of keys`() throws {
    let found = try #require(
      try compare(
        "a.jsonl", "{\"id\":1,\"m\":{\"x\":1,\"y\":\"1\"}}\n{\"id\":2}\n",
        "{\"m\":{\"y\":\"1\",\"x\":1},\"id\":1}\n\n{\"id\":2,\"n\":null}\n"
      ).table)
    #expect(found.addedColumns == ["n"])
    #expect((found.changed, found.unchanged) == (0, 2))
    let types = try compare("a.jsonl", "{\"id\":1,\"v\":\"2\"}\n", "{\"id\":1,\"v\":2}\n")
    #expect(
      types.table?.samples.first?.cells == [.init(column: "v", old: "\"\\\"2\\\"\"", new: "2")])
  }

  @Test func `a column that turns up on both sides after the first rows is compared`() throws {
    let rows = (0..<12_000).map { "{\"id\":\($0)}\n" }.joined()
    let old = rows + "{\"id\":-1,\"late\":1}\n"
    let new = "{\"id\":-2,\"late\":2}\n" + rows + "{\"id\":-1,\"late\":3}\n"
    let found = try #require(try compare("a.jsonl", old, new).table)
    #expect(found.addedColumns.isEmpty)
    #expect((found.added, found.changed, found.unchanged) == (1, 1, 12_000))
  }

  @Test func `a column that repeats itself later is no key`() throws {
    // Neither side has the same twice in its first 10,000 rows.
    let rows = (0..<11_000).map { number in
      "\((10_400..<10_600).contains(number) ? -number / 2 : number),\(number),x\n"
    }
    var moved = rows
    moved[10_400..<10_600].reverse()
    let found = try #require(
      try compare("a.csv", "id,n,v\n" + rows.joined(), "id,n,v\n" + moved.joined(), limit: 0)
        .table)
    #expect(found.key == ["n"])
    #expect(found.unchanged == 11_000 && found.isReordered)
  }

  @Test(arguments: [
    "a,b\n\"1,2\n", "a,b\n\"1\"2,3\n", "", "{\"a\":\n",
  ])
  func `what is no table is compared as text`(text: String) throws {
    for name in ["a.csv", "a.jsonl"] {
      let found = try compare(name, text, "a,b\n1,2\n")
      #expect(found.form == .lines, "\(name)")
      #expect(found.note != nil, "\(name)")
    }
  }

  @Test func `a row without end is refused, and bytes are compared`() throws {
    let long = [UInt8](repeating: 0x61, count: 3 << 20)
    let found = try compare("a.csv", long, long + [0x62, 0])
    #expect(found.note == "old content: a row has more than 1 MiB")
    #expect(found.form == .bytes)
    #expect(found.bytes?.commonStart == 3 << 20)
  }

  /// What a table should come to, found by holding all of it.
  private struct Naive {
    var (added, removed, changed, unchanged) = (0, 0, 0, 0)

    init(_ old: [[String]], _ new: [[String]], key: Int?) {
      func groups(_ rows: [[String]]) -> [[String]: [[String]]] {
        Dictionary(grouping: rows) { row in key.map { [row[$0]] } ?? row }
      }
      let (left, right) = (groups(old), groups(new))
      for name in Set(left.keys).union(right.keys) {
        let (here, there) = (left[name] ?? [], right[name] ?? [])
        for (one, other) in zip(here, there) {
          if one == other { unchanged += 1 } else { changed += 1 }
        }
        removed += max(0, here.count - there.count)
        added += max(0, there.count - here.count)
      }
    }
  }

  @Test(arguments: 1...60)
  func `counts are those of a comparison that holds all rows`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func rows() -> [[String]] {
      (0..<Int.random(in: 1...60, using: &generator)).map { _ in
        [
          "\(Int.random(in: 0..<30, using: &generator))",
          ["x", "\"", "a,b", "l\nm", "", "\u{E9}"].randomElement(using: &generator) ?? "",
          "\(Int.random(in: 0..<3, using: &generator))",
        ]
      }
    }
    func text(_ rows: [[String]]) -> String {
      rows.map { row in
        row.map { cell in
          let mustQuote = cell.contains { "\",\n".contains($0) }
          return mustQuote || generator.next() & 1 == 0 && !cell.isEmpty
            ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
        }.joined(separator: ",") + "\n"
      }.joined()
    }
    let old = rows()
    // Half of the pairs have most rows in common.
    var new = seed.isMultiple(of: 2) ? rows() : old
    if !seed.isMultiple(of: 2) {
      new.remove(at: new.count / 2)
      new.insert(["7", "new", "1"], at: new.count / 3)
    }
    for key in [0, nil] {
      // A second column that makes no row a key by chance.
      let (left, right) = ("k,t,n\n" + text(old), "k,t,n\n" + text(new))
      var comparison = TableComparison(
        .separated(by: UInt8(ascii: ",")), opening(left), opening(right),
        key: key == nil ? ["k", "t", "n"] : ["k"], limit: 5)
      comparison.waitingLimit = seed.isMultiple(of: 3) ? 12 : 1_000
      let found = try comparison.compare()
      let naive = Naive(old, new, key: key)
      #expect(found.rows == .init(old: old.count, new: new.count))
      #expect(found.added == naive.added && found.removed == naive.removed)
      #expect(found.changed == naive.changed && found.unchanged == naive.unchanged)
    }
  }
}
