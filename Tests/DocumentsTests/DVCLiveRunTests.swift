import Documents
import Primitives
import Testing

@Suite struct DVCLiveRunTests {
  let directory = MemoryDirectory(files: [
    "live/params.yaml": "lr: 0.0001\nmodel:\n  name: small\n  layers:\n  - 64\n  - 32\n",
    "live/metrics.json": """
    {
        "train": {
            "loss": 0.25
        },
        "step": 2,
        "bad": "nan"
    }

    """,
    "live/plots/metrics/train/loss.tsv": "step\tloss\n0\t1.0\n1\t0.5\n2\t0.25\n",
    "live/plots/metrics/lr.tsv":
      "timestamp\tstep\tlr\n1700000000123\t0\t0.01\n1700000001000\t5\t0.001\n",
    "live/plots/metrics/bad.tsv": "step\tbad\n1\tnan\n",
    "live/plots/images/a.png": "not a table",
    "live/plots/metrics/note.txt": "not a table",
  ])
  let root: RepositoryPath

  init() throws {
    root = try RepositoryPath("live")
  }

  @Test func `parameters, metrics and their course are read`() throws {
    let run = try #require(try DVCLiveRun(at: root, in: directory))
    #expect(run.params?.description == "{lr: 0.0001, model: {name: small, layers: [64, 32]}}")
    #expect(run.metrics?.description == "{train: {loss: 0.25}, step: 2, bad: NaN}")
    #expect(run.series.map(\.name) == ["bad", "lr", "train/loss"])
    #expect(run.series[2].points.map(\.step) == [0, 1, 2])
    #expect(run.series[2].points.map(\.value) == [1, 0.5, 0.25])
    #expect(run.series[0].points.first?.value.isNaN == true)
    #expect(run.series[1].points.last?.step == 5)
    #expect(
      run.series[1].points.first?.time
        == Timestamp(seconds: 1_700_000_000, nanoseconds: 123_000_000))
  }

  @Test func `a part is enough, and nothing is none`() throws {
    let metrics = MemoryDirectory(files: ["live/metrics.json": "{}"])
    let run = try #require(try DVCLiveRun(at: root, in: metrics))
    #expect(run.params == nil && run.metrics == .table([]) && run.series.isEmpty)
    #expect(try DVCLiveRun(at: root, in: MemoryDirectory(files: ["live/a": ""])) == nil)
    #expect(try DVCLiveRun(at: .root, in: directory) == nil)
  }

  @Test func `a failure names its file`() throws {
    var damaged = directory
    damaged.files["live/plots/metrics/lr.tsv"] = "step\tlr\n1\t2\t3\n"
    let path = try RepositoryPath("live/plots/metrics/lr.tsv")
    do {
      _ = try DVCLiveRun(at: root, in: damaged)
      Issue.record("damaged and read")
    } catch {
      let message = "the row in line 2 has 3 cells, and 2 is the limit"
      #expect(error.description == "File '\(path)' cannot be read: \(message)")
    }
    damaged.broken = try RepositoryPath("live/params.yaml")
    #expect(throws: ForeignError<MemoryDirectory.Failure>.self) {
      try DVCLiveRun(at: root, in: damaged)
    }
  }

  @Test func `directories that are too deep are refused`() throws {
    let names = (0..<20).map { "d\($0)" }.joined(separator: "/")
    let deep = MemoryDirectory(files: ["live/plots/metrics/\(names)/a.tsv": "step\ta\n"])
    do {
      _ = try DVCLiveRun(at: root, in: deep)
      Issue.record("read")
    } catch {
      #expect(error.description.hasSuffix("has too many files or is too deep"))
    }
  }
}
