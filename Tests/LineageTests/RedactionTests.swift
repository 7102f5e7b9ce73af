internal import Documents
internal import Lineage
internal import Primitives
internal import Testing

@Suite struct RedactionTests {
  @Test(arguments: [
    (["run", "--api-key", "abc"], ["run", "--api-key", "<redacted>"]),
    (["run", "--api_key=abc", "x"], ["run", "--api_key=<redacted>", "x"]),
    (["env", "HF_TOKEN=abc", "run"], ["env", "HF_TOKEN=<redacted>", "run"]),
    (["run", "--token", "--other"], ["run", "--token", "--other"]),
    (["curl", "https://ada:pw@host/a?b"], ["curl", "https://<redacted>@host/a?b"]),
    (["curl", "https://host/a@b"], ["curl", "https://host/a@b"]),
    (["run", "--tokenizer", "bpe"], ["run", "--tokenizer", "bpe"]),
    (["run", "--max-tokens=5"], ["run", "--max-tokens=5"]),
    (["run", "hfToken=a"], ["run", "hfToken=<redacted>"]),
    (["train", "lr=0.1"], ["train", "lr=0.1"]),
    (["curl", "-H", "Authorization: Bearer abc"], ["curl", "-H", "Authorization: <redacted>"]),
    (["curl", "-H", "X-Api-Key: abc"], ["curl", "-H", "X-Api-Key: <redacted>"]),
    (["sh", "-c", "A=1 API_KEY=abc run -v"], ["sh", "-c", "A=1 API_KEY=<redacted> run -v"]),
    (["sh", "-c", "run --api-key abc x"], ["sh", "-c", "run --api-key <redacted> x"]),
    (["x", "https://h/?a=1&token=abc&b=2"], ["x", "https://h/?a=1&token=<redacted>&b=2"]),
    (["x", "a://u:p@h b://v:q@h"], ["x", "a://<redacted>@h b://<redacted>@h"]),
    (["x", "Server=h;Password=abc;A=1"], ["x", "Server=h;Password=<redacted>;A=1"]),
    (["x", #"{"api_key": "abc", "lr": 1}"#], ["x", #"{"api_key": "<redacted>", "lr": 1}"#]),
    (["x", "hf_abcdefghij0123456789"], ["x", "<redacted>"]),
    (
      ["x", "sk-learn-is-no-token-at-all", "a.token"],
      ["x", "sk-learn-is-no-token-at-all", "a.token"]
    ),
    (
      ["python", "-c", "d['token'] == t.token=='b'"],
      ["python", "-c", "d['token'] == t.token=='b'"]
    ),
  ])
  func `secrets on a command line are replaced`(words: [String], expected: [String]) {
    var redaction = Redaction()
    let redacted = redaction.redact(command: words.map { ByteString($0) }) { $0 }
    #expect(redacted == expected.map { ByteString($0) })
    #expect(redaction.places.isEmpty == (words == expected))
  }

  @Test func `values of secret keys are replaced wherever they stand, and their place is told`() {
    var redaction = Redaction()
    let document = DocumentValue.table([
      DocumentField(key: "lr", value: .number(0.1)),
      DocumentField(
        key: "store",
        value: .list([
          .table([
            DocumentField(key: "secretKey", value: .text("a")),
            DocumentField(key: "url", value: .text("s3://u:p@h/b")),
          ])
        ])),
      DocumentField(key: "PASSWORD", value: .integer(1)),
    ])
    let text = "\(redaction.redact(document, at: "p").flattened.map { "\($0.path)=\($0.value)" })"
    #expect(!text.contains("u:p") && text.contains("lr=0.1"))
    #expect(redaction.places == ["p.store[0].secretKey", "p.store[0].url", "p.PASSWORD"])
  }

  @Test(arguments: [".env", ".env.local", "id_rsa", "server.pem", "secrets.yaml"])
  func `files that hold secrets are known by their names`(name: String) {
    #expect(Redaction.isSecret(fileName: ByteString(name)))
    #expect(!Redaction.isSecret(fileName: ByteString("x\(name)x.py")))
  }
}
