import Foundation
import Primitives

@testable import Documents

extension FuzzedParser {
  /// Documents, tables, and what other tools write.
  static let documentParsers: [FuzzedParser] =
    [DocumentFormat.yaml, .json, .toml].map { format in
      FuzzedParser(format.rawValue, words: words(of: format), texts: texts(of: format)) { bytes in
        try verdict {
          let value = try DocumentValue(reading: bytes, as: format)
          _ = (value.description, value.flattened.count)
          _ = try JSONEncoder().encode([value])
        }
      }
    }
    + [DocumentFormat.csv, .tsv, .jsonLines].map { format in
      FuzzedParser(
        "table-\(format.rawValue)",
        words: ["\"", "\"\"", ",", "\t", "\n", "{\"a\":", "NaN", "1e999"],
        texts: texts(of: format)
      ) { bytes in
        try verdict { _ = try DocumentTable(reading: bytes, as: format, rowLimit: 8).columns.count }
      }
    } + [
      FuzzedParser(
        "mlflow-metric", words: [" ", "\n", "nan", "-inf"],
        texts: ["1767323045000 0.5 1\n1767323046000 0.25 2\n", "1 nan\n"]
      ) { bytes in
        try verdict { _ = try MLflowMetricLog(bytes).latest }
      },
      FuzzedParser(
        "mlflow-run", words: ["start_time: ", "status: ", "run_id: "],
        texts: ["run_id: ab\nstatus: 3\nstart_time: 1767323045000\nend_time: 1767323046000\n"]
      ) { bytes in
        try verdict {
          let files = ["0/meta.yaml": Array("name: x\n".utf8), "0/r/meta.yaml": bytes]
          _ = try MLflowRun.runs(at: RepositoryPath("mlruns"), in: Files("mlruns", files))
        }
      },
      FuzzedParser(
        "dvclive-series", words: ["\t", "step", "timestamp", "loss", "\n"],
        texts: ["timestamp\tstep\tloss\n1767323045000\t0\t0.5\n1767323046000\t1\t0.25\n"]
      ) { bytes in
        try verdict {
          let files = ["plots/metrics/loss.tsv": bytes]
          _ = try DVCLiveRun(at: RepositoryPath("dvclive"), in: Files("dvclive", files))
        }
      },
      FuzzedParser(
        "document-path", words: ["[0]", ".", "\"a\\u0041\"", "[", "]"],
        texts: ["train.lr", "layers[0].size", "\"a.b\".c"]
      ) { bytes in
        try verdict {
          let path = try DocumentPath(String(decoding: bytes, as: UTF8.self))
          guard try DocumentPath(path.description) == path else {
            throw BrokenPromise("a path does not come back")
          }
        }
      },
      FuzzedParser(
        "document-edit", words: ["lr", ": ", "&a ", "*a", "|\n", "'", "\"", "{", "}"],
        texts: ["lr\n0.5\nlr: 0.1 # rate\nb: [1, 2]\n", "a.1\nx\na: [1, 'two']\n"]
      ) { bytes in
        let lines = bytes.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
        guard lines.count == 3 else { return .refused }
        let (path, word) = (
          String(decoding: lines[0], as: UTF8.self), String(decoding: lines[1], as: UTF8.self)
        )
        return try verdict {
          let edit = try DocumentEdit(
            of: Array(lines[2]), as: .yaml, setting: DocumentPath(path), to: word)
          _ = (edit.before, edit.after)
        }
      },
    ]

  private static func words(of format: DocumentFormat) -> [String] {
    switch format {
    case .yaml: ["&a ", "*a", "<<: ", "- ", "? ", "{", "[", "!!int ", "---\n", "|\n", ">\n", "\t"]
    case .json: ["{\"a\":", "[", "]", "}", "\\u0000", "\\ud800", "1e999", "NaN", "-Infinity"]
    default: ["[[a]]\n", "[a.b]\n", "a = ", "{", "[", "\"\"\"", "'''", "1979-05-27T07:32:00Z", "é"]
    }
  }

  private static func texts(of format: DocumentFormat) -> [String] {
    switch format {
    case .yaml:
      [
        "lr: 0.1\nlayers: [1, 2, {a: b}]\n", "a: &x {b: 1}\nc:\n  <<: *x\n  d: |\n    text\n",
        "- 0x1F\n- ~\n- 'quoted'\n- \"a\\u0041\"\n- .inf\n- 1_000\n",
      ]
    case .json: ["{\"lr\": 0.1, \"a\": [1, -2e3, null, true, \"x\\n\\u00e9\"]}", "[[[]]]", "NaN"]
    case .toml:
      [
        "lr = 0.1\n[a.b]\nc = [1, 2]\nd = { e = \"x\" }\n[[f]]\ng = 1979-05-27\n",
        "x = \"\"\"\nlong\n\"\"\"\ny = 'z'\nn = 0xFF\ni = -inf\n",
      ]
    case .csv: ["step,loss\n1,0.5\n2,\"0,25\"\n3,\"a \"\"b\"\"\"\n"]
    case .tsv: ["step\tloss\n1\t0.5\n2\t0.25\n"]
    case .jsonLines: ["{\"step\": 1, \"loss\": {\"a\": 0.5}}\n{\"step\": 2}\n"]
    }
  }
}

/// A directory in memory.
private struct Files: DocumentDirectory {
  private let files: [String: [UInt8]]

  init(_ root: String, _ files: [String: [UInt8]]) {
    self.files = Dictionary(uniqueKeysWithValues: files.map { ("\(root)/\($0.key)", $0.value) })
  }

  func entries(of path: RepositoryPath) -> [DocumentDirectoryEntry] {
    let names = files.keys.filter { $0.hasPrefix("\(path)/") }.map { name in
      let parts = name.dropFirst("\(path)/".count).split(separator: "/")
      return DocumentDirectoryEntry(
        name: ByteString(String(parts[0])), isDirectory: parts.count > 1)
    }
    return Array(Set(names))
  }

  func bytes(of path: RepositoryPath, limit: ByteCount) -> [UInt8]? { files["\(path)"] }
}
