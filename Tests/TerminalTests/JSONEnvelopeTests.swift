import Primitives
import Terminal
import Testing

@Suite struct JSONEnvelopeTests {
  struct Result: Encodable {
    let path: ByteString
    let rate: Double
    let object: ObjectID
    let size: ByteCount
  }

  @Test func `a result is one line with sorted keys`() {
    let result = Result(path: "a/\"b\"", rate: .nan, object: .empty, size: .kibibytes(1))
    let envelope = JSONEnvelope(
      command: "add", result: result, problem: nil,
      warnings: [.init(id: "large-file", message: "It is large", hints: ["Run `shale add`"])])
    #expect(
      String(decoding: envelope.bytes, as: UTF8.self) == """
        {"command":"add","ok":true,"result":{"object":"\(ObjectID.empty)",\
        "path":"\\"a/\\\\\\"b\\\\\\"\\"","rate":"NaN","size":1024},"v":1,"warnings":\
        [{"hints":["Run `shale add`"],"id":"large-file","message":"It is large"}]}

        """)
  }

  @Test func `a failure says its status, its id, and what to do`() {
    let envelope = JSONEnvelope<Result>(
      command: "pull", result: nil,
      problem: .init(status: 5, id: "object-missing", message: "Gone", hints: ["Look"]),
      warnings: [])
    #expect(
      String(decoding: envelope.bytes, as: UTF8.self) == """
        {"command":"pull","error":{"hints":["Look"],"id":"object-missing","message":"Gone",\
        "status":5},"ok":false,"v":1,"warnings":[]}

        """)
  }
}
