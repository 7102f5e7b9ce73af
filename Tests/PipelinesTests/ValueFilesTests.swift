internal import Documents
internal import Testing

@testable import Pipelines

@Suite struct ValueFilesTests {
  @Test func `keys that were named keep their places`() throws {
    let text = "train: {lr: 0.1, seed: 3}\nlayers: [{size: 4}, {size: 8}]\nother: {lr: 2}\n"
    let document = try DocumentValue(reading: Array(text.utf8), as: .yaml)
    func select(_ keys: String...) throws -> [String] {
      let paths = try keys.map { try DocumentPath($0) }
      return ValueFiles.select(paths, of: document).flattened.map { "\($0.path)=\($0.value)" }
    }
    #expect(try select("train.lr") == ["train.lr=0.1"])
    #expect(try select("train", "other.lr") == ["train.lr=0.1", "train.seed=3", "other.lr=2"])
    #expect(try select("layers.1.size") == ["layers.0.size=4", "layers.1.size=8"])
    #expect(try select().count == 5)
  }
}
