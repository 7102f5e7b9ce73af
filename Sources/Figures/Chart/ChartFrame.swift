/// The rectangle that numbers are drawn in, in pixels, and the axes around it.
struct ChartFrame: Sendable {
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double

  /// The width of every chart: small enough that its text can be read on a phone.
  static let width = 520.0

  /// The size of all text but titles, and how wide it is at most: phones show it larger.
  static let text = TextWidth(fontSize: 12)
  static let growth = 1.3

  init(left: Double, right: Double, top: Double, bottom: Double) {
    self.left = left
    self.right = right
    self.top = top
    self.bottom = bottom
  }

  /// Makes a frame below `top` with room on the left for labels of that width.
  init(top: Double, height: Double, labelWidth: Double) {
    left = (labelWidth * Self.growth + 14).rounded(.up)
    right = Self.width - 16
    self.top = top
    bottom = top + height
  }

  /// Writes lines across the frame at the ticks of the upright axis, and their numbers.
  func writeRows(_ scale: Scale, to markup: inout Markup) {
    for tick in scale.ticks {
      guard let y = scale.position(tick.value) else { continue }
      let isZero = tick.value == 0
      markup.empty(
        "path", ["class": isZero ? "z" : "g", "d": "M\(left.pixels) \(y.pixels)H\(right.pixels)"])
      markup.element(
        "text", ["class": "a r", "x": (left - 8).pixels, "y": (y + 4).pixels], text: tick.label)
    }
    markup.fixed("\n")
  }

  /// Writes the numbers along the lower edge, as many as there is room for.
  func writeColumns(_ scale: Scale, to markup: inout Markup) {
    markup.empty(
      "path", ["class": "z", "d": "M\(left.pixels) \(bottom.pixels)H\(right.pixels)"])
    var free = -Double.infinity
    for tick in scale.ticks {
      guard let x = scale.position(tick.value) else { continue }
      let half = Self.text.measure(tick.label) * Self.growth / 2
      // A number at the very end would stick out.
      let middle = min(x, Self.width - half)
      guard middle - half >= free else { continue }
      free = middle + half + 8
      markup.empty("path", ["class": "z", "d": "M\(x.pixels) \(bottom.pixels)v5"])
      markup.element(
        "text", ["class": "a m", "x": middle.pixels, "y": (bottom + 19).pixels], text: tick.label)
    }
    markup.fixed("\n")
  }

  /// Writes names along the lower edge, slanted where they are too long to stand side by side.
  ///
  /// - Returns: The room that they take below the frame.
  func writeNames(_ names: [(name: String, x: Double)], to markup: inout Markup) -> Double {
    guard names.count > 1 || !names.allSatisfy({ $0.name.isEmpty }) else { return 12 }
    let room = (right - left) / Double(max(names.count, 1)) - 6
    let widest = names.map { Self.text.measure($0.name) * Self.growth }.max() ?? 0
    let isSlanted = widest > max(room, 24)
    // Slanted names need as much room as a line is high.
    let stride = isSlanted ? max(1, Int((18 / (room + 6)).rounded(.up))) : 1
    for (index, entry) in names.enumerated() where index.isMultiple(of: stride) {
      let short = isSlanted ? Self.text.fitMiddle(entry.name, 90) : entry.name
      let place: KeyValuePairs<StaticString, String> =
        isSlanted
        ? [
          "class": "a r",
          "transform": "translate(\((entry.x + 4).pixels) \((bottom + 14).pixels)) rotate(-40)",
        ] : ["class": "a m", "x": entry.x.pixels, "y": (bottom + 19).pixels]
      markup.element("text", place) { markup in
        markup.write(short)
        if short != entry.name { markup.element("title", text: entry.name) }
      }
    }
    markup.fixed("\n")
    return isSlanted ? min(widest, 90 * Self.growth) * 0.62 + 20 : 28
  }
}
