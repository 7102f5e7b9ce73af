/// A line from one column to the next: level at both ends, with an S between them.
struct Curve: Sendable, Equatable {
  /// Where an arrow's head is.
  enum Head: Sendable { case none, start, end }

  struct Point: Sendable, Equatable {
    var x: Double
    var y: Double
  }

  var start: Point
  var end: Point

  /// How far the line goes on to the right, level, after its end: through a column.
  let overrun: Double
  let head: Head

  /// Whether the edge runs from right to left.
  let isReversed: Bool

  /// The path as SVG writes it.
  var path: String {
    let middle = ((start.x + end.x) / 2).pixels
    let from = "M\(start.x.pixels) \(start.y.pixels)"
    let to = "\(end.x.pixels) \(end.y.pixels)"
    let rest = overrun > 0 ? "h\(overrun.pixels)" : ""
    guard abs(start.y - end.y) >= 0.05 else { return "\(from)H\((end.x + overrun).pixels)" }
    return "\(from)C\(middle) \(start.y.pixels) \(middle) \(end.y.pixels) \(to)\(rest)"
  }

  /// The middle of the S, where a label stands.
  var middle: Point { Point(x: (start.x + end.x) / 2, y: (start.y + end.y) / 2) }

  mutating func move(right: Double, down: Double) {
    start.x += right
    end.x += right
    start.y += down
    end.y += down
  }
}
