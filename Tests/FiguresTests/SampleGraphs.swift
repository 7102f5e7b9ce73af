import TestSupport

@testable import Figures

/// Graphs that several tests draw.
enum SampleGraphs {
  /// Two runs of training, one of which failed, and what they read and made.
  static let training = GraphFigure(
    title: "Lineage of models/classifier.onnx",
    nodes: [
      node("train", .data, "data/train", "100,000 files, 18.2 GB", details: ["oid": "1f0e…"]),
      node("test", .data, "data/test.csv", "2.1 MB", [.missing]),
      node("commit", .code, "3fa9c1e train: larger batches", "commit"),
      node("params", .parameters, "params.yaml", "lr 0.001, batch 256"),
      node("run1", .run, "train", "r-01hq, 42 min", details: ["Command": "python train.py"]),
      node("run2", .run, "train", "r-01hr, 3 min", [.failed]),
      node("model", .model, "models/classifier.onnx", "94.6 MB", [.focus]),
      node(
        "log", .data, "logs/a/very/long/path/to/the/log/of/the/run/training.log", "damaged",
        [.damaged]),
      node("evaluate", .run, "evaluate", "r-01hs, 2 min"),
      node("metrics", .metrics, "metrics.json", "accuracy 0.934"),
    ],
    edges: [
      .init(from: "train", to: "run1", label: "input"),
      .init(from: "commit", to: "run1"),
      .init(from: "params", to: "run1"),
      .init(from: "train", to: "run2", label: "input"),
      .init(from: "commit", to: "run2"),
      .init(from: "params", to: "run2"),
      .init(from: "run1", to: "model", label: "output"),
      .init(from: "run1", to: "log", label: "output"),
      .init(from: "model", to: "evaluate", label: "input"),
      .init(from: "test", to: "evaluate", label: "input"),
      .init(from: "commit", to: "evaluate"),
      .init(from: "evaluate", to: "metrics", label: "output"),
    ])

  /// A node with details in the order of their labels.
  static func node(
    _ id: String, _ kind: GraphFigure.NodeKind, _ title: String, _ subtitle: String = "",
    _ marks: Set<GraphFigure.Mark> = [], details: KeyValuePairs<String, String> = [:]
  ) -> GraphFigure.Node {
    GraphFigure.Node(
      id: id, kind: kind, title: title, subtitle: subtitle, marks: marks,
      details: details.map { GraphFigure.Detail(label: $0.key, value: $0.value) })
  }

  /// Runs that read one dataset and some of each other's models, and make five artifacts each.
  static func experiments(runs: Int, seed: UInt64) -> GraphFigure {
    var generator = SeededGenerator(seed: seed)
    var nodes = [node("data", .data, "data/train", "18.2 GB")]
    var edges: [GraphFigure.Edge] = []
    for run in 0..<runs {
      let name = "run\(run)"
      nodes.append(node(name, .run, "train \(run)", "r-\(run)", run % 17 == 3 ? [.failed] : []))
      nodes.append(node("p\(run)", .parameters, "params.yaml", "lr 0.\(run)"))
      edges.append(.init(from: "p\(run)", to: name))
      edges.append(.init(from: "data", to: name, label: "input"))
      if run > 3, generator.next() % 10 == 0 {
        let earlier = Int(generator.next() % UInt64(run))
        edges.append(.init(from: "out\(earlier)-1", to: name, label: "input"))
      }
      for (index, kind) in [GraphFigure.NodeKind.metrics, .model, .data, .data].enumerated() {
        nodes.append(
          node("out\(run)-\(index)", kind, "results/\(run)/file\(index).bin", "\(index) MB"))
        edges.append(.init(from: name, to: "out\(run)-\(index)", label: "output"))
      }
    }
    return GraphFigure(title: "All experiments", nodes: nodes, edges: edges)
  }

  /// Nodes and edges by chance, with cycles, doubles and edges from a node to itself.
  static func random(nodes count: Int, edges edgeCount: Int, seed: UInt64) -> GraphFigure {
    var generator = SeededGenerator(seed: seed)
    let kinds = GraphFigure.NodeKind.allCases
    let nodes = (0..<count).map { index in
      node("\(index)", kinds[Int(generator.next() % UInt64(kinds.count))], "node \(index)")
    }
    let edges = (0..<edgeCount).map { _ in
      let from = Int(generator.next() % UInt64(count))
      let to = Int(generator.next() % UInt64(count))
      return GraphFigure.Edge(from: "\(from)", to: "\(to)")
    }
    return GraphFigure(title: "By chance", nodes: nodes, edges: edges)
  }
}
