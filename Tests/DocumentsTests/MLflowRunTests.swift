import Documents
import Primitives
import Testing

@Suite struct MLflowRunTests {
  private static func meta(_ id: String, start: Int, stage: String = "active") -> String {
    """
    end_time: \(start + 500)
    experiment_id: '12'
    lifecycle_stage: \(stage)
    run_id: \(id)
    run_name: run of \(id)
    start_time: \(start)
    status: 3
    tags: []

    """
  }

  let directory = MemoryDirectory(files: [
    "mlruns/12/meta.yaml": "experiment_id: '12'\nlifecycle_stage: active\nname: digits\n",
    "mlruns/12/b1/meta.yaml": meta("b1", start: 1_700_000_000_123),
    "mlruns/12/b1/params/lr": "0.0001",
    "mlruns/12/b1/params/model.name": "small\nbut long",
    "mlruns/12/b1/params/opt/on": "True",
    "mlruns/12/b1/params/none": "None",
    "mlruns/12/b1/params/empty": "",
    "mlruns/12/b1/metrics/train/loss":
      "1700000000200 1.0 0\n1700000000300 0.5 1\n1700000000400 0.25 2\n1700000000500 0.4 1\n",
    "mlruns/12/b1/metrics/bad": "1700000000200 nan 0\n1700000000300 -inf 0\n",
    "mlruns/12/b1/metrics/old": "1700000000200 7\n",
    "mlruns/12/b1/metrics/new": "1700000000200 8 3 data 1f0e\r\n",
    "mlruns/12/b1/tags/mlflow.user": "somebody",
    "mlruns/12/a0/meta.yaml": meta("a0", start: 1_600_000_000_000, stage: "deleted"),
    "mlruns/12/models/m-1/meta.yaml": "model_id: m-1\n",
    "mlruns/.trash/13/meta.yaml": "experiment_id: '13'\nname: gone\n",
    "mlruns/.trash/13/c2/meta.yaml": meta("c2", start: 1),
    "mlruns/0/meta.yaml": "experiment_id: '0'\nname: 2026\n",
    "mlruns/0/d3/meta.yaml": "run_uuid: d3\nname: ''\nstatus: 9\n",
    "mlruns/0/d3/tags/mlflow.runName": "from its tag",
  ])
  let root: RepositoryPath

  init() throws {
    root = try RepositoryPath("mlruns")
  }

  @Test func `runs are read in the order of their start`() throws {
    let runs = try MLflowRun.runs(at: root, in: directory)
    #expect(runs.map(\.id) == ["d3", "a0", "b1"])
    #expect(runs.map(\.experiment) == ["2026", "digits", "digits"])
    #expect(runs.map(\.name) == ["from its tag", "run of a0", "run of b1"])
    #expect(runs.map(\.isDeleted) == [false, true, false])
    #expect(runs.map(\.status) == [nil, .finished, .finished])
    #expect(runs[0].start == nil)
    #expect(runs[2].end == Timestamp(seconds: 1_700_000_000, nanoseconds: 623_000_000))
  }

  @Test func `parameters are typed, and metrics are those of the highest step`() throws {
    let run = try #require(try MLflowRun.runs(at: root, in: directory).last)
    #expect(
      run.params.description
        == #"{empty: "", lr: 0.0001, model.name: "small\nbut long", none: None, opt/on: true}"#)
    #expect(run.tags.description == "{mlflow.user: somebody}")
    #expect(run.metrics.description == "{bad: -Infinity, new: 8.0, old: 7.0, train/loss: 0.25}")
    let loss = try #require(run.series.last)
    #expect(loss.name == "train/loss" && loss.points.map(\.step) == [0, 1, 2, 1])
    #expect(loss.points.map(\.value) == [1, 0.5, 0.25, 0.4])
    #expect(loss.points[0].time == Timestamp(seconds: 1_700_000_000, nanoseconds: 200_000_000))
    #expect(run.series[1].points.map(\.step) == [3] && run.series[2].points.map(\.step) == [0])
  }

  @Test(arguments: ["", "x 1 0\n", "1700000000200\n", "1700000000200 one 0\n", "1 1 1.5\n"])
  func `a metric that is damaged is named`(text: String) throws {
    var damaged = directory
    damaged.files["mlruns/12/b1/metrics/old"] = text
    do {
      let run = try MLflowRun.runs(at: root, in: damaged).last
      #expect(text.isEmpty && run?.metrics["old"] == nil)
    } catch {
      let message = "line 1 is not a time, a value and a step"
      #expect(
        error.description == "File 'mlruns/12/b1/metrics/old' cannot be read: \(message)")
    }
  }

  @Test func `a long series is thinned, and its last point and latest value stay`() throws {
    var long = directory
    let lines = (0..<120_000).map { "\(1_700_000_000_000 + $0) \($0).5 \($0)" }
    long.files["mlruns/12/b1/metrics/old"] = lines.joined(separator: "\n")
    let run = try #require(try MLflowRun.runs(at: root, in: long).last)
    let points = run.series[2].points
    #expect(points.count <= 100_000 && points.count > 50_000)
    #expect(points.last?.step == 119_999 && points.first?.step == 0)
    #expect(run.metrics["old"] == .number(119_999.5))
  }

  @Test func `no store is no runs`() throws {
    #expect(try MLflowRun.runs(at: root, in: MemoryDirectory(files: [:])).isEmpty)
  }
}
