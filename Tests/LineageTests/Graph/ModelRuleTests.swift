internal import Lineage
internal import Primitives
internal import TestSupport
internal import Testing

@Suite struct ModelRuleTests {
  @Test(arguments: [
    ("best.safetensors", true), ("a/b.PT", true), ("m.tar.pth", true), ("data.bin", false),
    ("models/data.bin", true), ("pytorch_model.bin", true), ("train.npz", false),
    ("checkpoints/7.npz", true), ("notes.txt", false), ("models/notes.txt", false),
    (".pt", false), ("pt", false), ("a.pt/b.csv", false),
  ])
  func `the name of a file says whether it is a model`(path: String, isModel: Bool) {
    #expect(ModelRule.isModel(file: SampleRecord.path(path)) == isModel)
  }

  @Test func `a directory is a model by its name or by what lies directly in it`() {
    func isModel(_ path: String, _ names: [ByteString] = []) -> Bool {
      ModelRule.isModel(directory: SampleRecord.path(path), holding: names)
    }
    #expect(isModel("models"))
    #expect(isModel("out/checkpoint-7"))
    #expect(isModel("bert", ["config.json", "model.safetensors"]))
    #expect(!isModel("bert", ["config.json", "data.bin"]))
    #expect(!isModel("data"))
    #expect(!isModel("data", [ByteString([0xFF, 0x2E, 0xFE])]))
  }
}
