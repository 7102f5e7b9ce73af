import Documents
import Foundation
import Lineage
import ObjectStore
import Primitives
import TestSupport
import Testing

@testable import Commands

@Suite(.temporaryDirectory) struct PlotsTests {
  /// The charts that a command line draws: title and kind.
  private func charts(_ line: String, _ scene: ValueScene) throws -> [String] {
    let charts = try #require(scene.result(line)["charts"] as? [[String: String]], "\(line)")
    return charts.map { "\($0["kind"] ?? "") \($0["title"] ?? "")" }
  }

  private func page(_ scene: ValueScene, _ name: String = "shale-plots.html") throws -> String {
    String(decoding: try scene.setup.read(name), as: UTF8.self)
  }

  @Test func `what there is becomes one page, and what changed one chart for each metric`() throws {
    let scene = try ValueScene()
    let shown = scene.run("plots")
    #expect(shown.output == "wrote shale-plots.html: 2 charts\n")
    #expect(try charts("plots show", scene) == ["line loss, log.csv", "bar metrics.json"])
    #expect(
      try charts("plots diff", scene) == [
        "line loss, log.csv", "bar acc", "bar loss, metrics.json", "bar zero", "bar odd",
      ])
    let page = try page(scene)
    #expect(page.contains("Plots of HEAD, worktree"))
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    let moments = try #require(scene.result("plots diff base")["moments"] as? [[String: String]])
    #expect(moments.map { $0["kind"] } == ["run", "worktree"])
    #expect(try charts("plots show HEAD~1 HEAD log.csv", scene) == ["line loss"])
  }

  @Test func `columns, kinds and files are chosen`() throws {
    let scene = try ValueScene()
    try scene.write("epoch,a,b,word\n1,2,3,x\n2,4,6,y\n", to: "t.csv")
    #expect(try charts("plots show t.csv", scene) == ["line a", "line b"])
    #expect(try page(scene).contains("t.csv has columns that are not numbers: word"))
    #expect(try charts("plots show t.csv -y b", scene) == ["line b"])
    #expect(try charts("plots show t.csv -x a", scene) == ["line epoch", "line b"])
    #expect(try charts("plots show t.csv --kind scatter -x a -y b", scene) == ["scatter b"])
    #expect(try charts("plots show t.csv -k bar", scene) == ["bar t.csv"])
    #expect(scene.run("plots show t.csv -y b --svg").output == "wrote shale-plots.svg: 1 chart\n")
    #expect(try page(scene, "shale-plots.svg").hasPrefix("<svg "))
    for (line, mention) in [
      ("plots show t.csv -y word", "does not hold numbers"), ("plots show t.csv -y no", "a, b"),
      ("plots show t.csv -x no", "no column 'no'"), ("plots show t.csv --svg", "a, b"),
      ("plots show no.csv", "does not exist"), ("plots show t.csv -k confusion", "'actual'"),
    ] {
      let refused = scene.run(line)
      #expect(refused.status == (mention == "a, b" && line.hasSuffix("svg") ? 2 : 1), "\(line)")
      #expect(refused.errors.contains(mention), "\(refused.errors)")
    }
  }

  @Test(arguments: ["csv", "jsonl", "json"])
  func `actual and predicted are a confusion matrix`(format: String) throws {
    let scene = try ValueScene()
    let rows = [("10", "10"), ("10", "9"), ("9", "9"), ("owl", "9")]
    let objects = rows.map { "{\"actual\": \"\($0)\", \"predicted\": \"\($1)\"}" }
    switch format {
    case "csv":
      let lines = rows.map { "\($0),\($1)\n" }.joined()
      try scene.write("actual,predicted\n\(lines)", to: "p.csv")
    case "jsonl": try scene.write(objects.joined(separator: "\n"), to: "p.jsonl")
    default: try scene.write("[\(objects.joined(separator: ","))]", to: "p.json")
    }
    #expect(try charts("plots show p.\(format)", scene) == ["confusion p.\(format)"])
    let page = try page(scene)
    #expect(page.contains("10 taken for 9: 1 (50 % of 10)"))
    #expect(page.contains("owl taken for 9: 1 (100 % of owl)"))
  }

  @Test func `directories of DVCLive and MLflow, and others, are drawn`() throws {
    let scene = try ValueScene()
    try scene.write(
      "step\tloss\n0\t1.5\n1\tnan\n2\t1\n", to: "dvclive/plots/metrics/train/loss.tsv")
    try scene.write(
      #"{"roc": [{"fpr": 0, "tpr": 0}, {"fpr": 1, "tpr": 1}], "auc": 0.5, "list": [3, 4]}"#,
      to: "dvclive/plots/sklearn/roc.json")
    #expect(
      try charts("plots show dvclive", scene) == [
        "line train/loss", "line roc.fpr", "line roc.tpr", "line list",
        "bar dvclive/plots/sklearn/roc.json",
      ])
    let run = "mlruns/1/\(String(repeating: "a", count: 32))"
    try scene.write("name: search\n", to: "mlruns/1/meta.yaml")
    try scene.write(
      "run_id: \(String(repeating: "a", count: 32))\nrun_name: fast\n", to: "\(run)/meta.yaml")
    try scene.write("100 0.5 0\n200 0.25 1\n", to: "\(run)/metrics/loss")
    #expect(try charts("plots show mlruns -y loss", scene) == ["line loss"])
    #expect(try page(scene).contains("fast"))
    #expect(try charts("plots show dvclive/plots -y tpr", scene).isEmpty == false)
  }

  @Test func `nothing of the user's is overwritten, and tracked data never`() throws {
    let scene = try ValueScene()
    try scene.write("mine", to: "page.html")
    #expect(scene.run("plots show -o page.html").errors.contains("was not drawn by Shale"))
    #expect(try page(scene, "page.html") == "mine")
    #expect(scene.run("plots show --force -o page.html").status == 0)
    #expect(scene.run("plots show -o page.html").status == 0)
    for place in ["log.csv", "log.csv.shale", ".git/x.html", ".shale/x.html", ".git"] {
      let refused = scene.run("plots show --force -o \(place)")
      #expect(refused.status == 1, "\(place)")
      #expect(refused.errors.contains("Output '\(place)'"), "\(refused.errors)")
    }
    #expect(scene.run("cat HEAD:log.csv").output == page(text: scene, "log.csv"))
    #expect(scene.run("plots show --force -o /dev/null").errors.contains("is no regular file"))
    try scene.write("secret", to: "target")
    try FileManager.default.createSymbolicLink(
      at: scene.setup.file("link.html"), withDestinationURL: scene.setup.file("target"))
    #expect(scene.run("plots show -o link.html").status == 1)
    #expect(try page(scene, "target") == "secret")
  }

  private func page(text scene: ValueScene, _ name: String) -> String {
    (try? page(scene, name)) ?? ""
  }

  @Test func `what cannot be read is told, and the rest is drawn`() throws {
    let scene = try ValueScene()
    try scene.write("a,b\n1,2,3\n", to: "bad.csv")
    try scene.write("", to: "empty.csv")
    let partly = scene.run("plots show bad.csv log.csv")
    #expect(partly.status == 1)
    #expect(partly.errors.contains("'bad.csv' cannot be read in the worktree"))
    #expect(partly.output == "wrote shale-plots.html: 1 chart\n")
    try scene.write("step,v\n1,2\n", to: "mixed/a.csv")
    try scene.write("{", to: "mixed/b.json")
    try scene.write("step,v\n1,2\n", to: "mixed/.hidden/a.csv")
    let mixed = scene.run("plots show mixed")
    #expect(mixed.errors.contains("'mixed/b.json' cannot be read"))
    #expect(mixed.output == "wrote shale-plots.html: 1 chart\n")
    #expect(scene.run("plots show empty.csv").errors.contains("Nothing was found"))
    try scene.write("{\"a\": \"</script><b>\"}", to: "text.json")
    #expect(scene.run("plots show text.json").status == 1)
    try scene.write("<b>,\u{202E}x\n1,2\n", to: "odd.csv")
    #expect(scene.run("plots show odd.csv").status == 0)
    #expect(!(try page(scene).contains("<b>")))
    let world = try DataCommandTests.World("bare")
    #expect(world.shale.run("plots").errors.contains("Nothing was found"))
    #expect(world.shale.run("plots diff").status == 1)
  }

  @Test func `too many labels are told, and long tables are thinned`() throws {
    let scene = try ValueScene()
    let labels = (0..<300).map { "\($0),\($0)\n" }.joined()
    try scene.write("actual,predicted\n\(labels)", to: "many.csv")
    #expect(scene.run("plots show many.csv").errors.contains("Nothing was found"))
    let rows = (0..<50_000).map { "\($0),\($0 % 7)\n" }.joined()
    try scene.write("step,v\n\(rows)", to: "long.csv")
    #expect(try charts("plots show long.csv", scene) == ["line v"])
    #expect(try page(scene).contains("Of long.csv one row in 4 is drawn: it has 50000 rows"))
  }

  @Test func `what a run made and is not here is said, unless it was asked for`() throws {
    let scene = try ValueScene()
    var record = try scene.runs.record(1, metrics: ["acc": .number(0.5)])
    record.name = "away"
    record.outputs = [
      RunArtifact(
        path: try RepositoryPath("log.csv"), kind: .file, oid: ObjectID(words: (1, 2, 3, 4)),
        size: .bytes(5), origin: .declared, tracked: nil)
    ]
    try scene.runs.add(record)
    let drawn = scene.run("plots show away")
    #expect(drawn.status == 0)
    #expect(drawn.errors.contains("warning: Data of 'log.csv' in run 'away"))
    #expect(scene.run("plots show away log.csv").status == 5)
  }
}
