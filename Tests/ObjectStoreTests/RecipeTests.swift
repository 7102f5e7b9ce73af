import Primitives
import TestSupport
import Testing

@testable import ObjectStore

@Suite struct RecipeTests {
  static let parts = [
    Recipe.Part(id: ObjectID(bytes: [UInt8](repeating: 0x11, count: 32).span), length: 200_000),
    Recipe.Part(id: ObjectID(bytes: [UInt8](repeating: 0x22, count: 32).span), length: 100_000),
  ]

  @Test func `the example of the format page is what the code writes and reads`() throws {
    let example = try #require(try FormatPage.hexExamples(of: "recipe.md").first)
    let recipe = Recipe(level: 0, parts: Self.parts)
    #expect(recipe.encoded() == example)
    #expect(try Recipe(decoding: example, isRoot: true) == recipe)
  }

  @Test func `hash states are kept in the root of a long content, and only there`() throws {
    let length = Recipe.segmentSize + 1
    let part = Recipe.Part(id: .empty, length: length / 2)
    let last = Recipe.Part(id: .empty, length: length - length / 2)
    let recipe = Recipe(level: 1, parts: [part, last], states: [.initial])
    #expect(try Recipe(decoding: recipe.encoded(), isRoot: true) == recipe)
    #expect(throws: Recipe.Flaw.badFlags) { try Recipe(decoding: recipe.encoded(), isRoot: false) }
    let short = Recipe(level: 0, parts: Self.parts, states: [.initial])
    #expect(throws: Recipe.Flaw.badFlags) { try Recipe(decoding: short.encoded(), isRoot: true) }
  }

  @Test(arguments: [(Recipe.segmentSize, 0), (Recipe.segmentSize + 1, 1), (1 << 31, 31)])
  func `there is a state after each full segment but the last`(length: Int, count: Int) {
    #expect(Recipe.stateCount(forLength: length) == count)
  }

  @Test func `every truncation and every longer node is refused`() {
    let bytes = Recipe(level: 0, parts: Self.parts).encoded()
    for count in 0..<bytes.count {
      #expect(throws: Recipe.Flaw.self) {
        try Recipe(decoding: Array(bytes[..<count]), isRoot: true)
      }
    }
    #expect(throws: Recipe.Flaw.badEnd) { try Recipe(decoding: bytes + [0], isRoot: true) }
  }

  @Test(arguments: [
    (8, 8, Recipe.Flaw.badLevel), (9, 2, .badFlags), (10, 1, .badCount), (10, 0, .badCount),
    (12, 0, .badLength), (7, 9, .newerVersion(9)), (0, 0, .notARecipe),
  ])
  func `a field that lies is found`(offset: Int, value: UInt8, flaw: Recipe.Flaw) {
    var bytes = Recipe(level: 0, parts: Self.parts).encoded()
    bytes[offset] = value
    #expect(throws: flaw) { try Recipe(decoding: bytes, isRoot: true) }
  }

  @Test func `a chunk that no record could hold is refused`() {
    let part = Recipe.Part(id: .empty, length: RecordLimits.length)
    let recipe = Recipe(level: 0, parts: [part, part])
    #expect(throws: Recipe.Flaw.badLength) { try Recipe(decoding: recipe.encoded(), isRoot: true) }
  }
}
