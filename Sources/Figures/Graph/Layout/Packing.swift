/// Rectangles set side by side on shelves, as words are set on lines.
struct Packing: Sendable {
  struct Size: Sendable {
    let width: Double
    let height: Double
  }

  struct Origin: Sendable {
    let left: Double
    let top: Double
  }

  /// The top left corner of each rectangle.
  let origins: [Origin]
  let width: Double
  let height: Double

  /// Sets rectangles in the given order, on shelves that together are about as wide as a screen.
  init(sizes: [Size], order: [Int], gap: Double) {
    let area = sizes.reduce(0) { $0 + ($1.width + gap) * ($1.height + gap) }
    let limit = max(sizes.map(\.width).max() ?? 0, (area * 1.7).squareRoot())
    var origins = [Origin](repeating: Origin(left: 0, top: 0), count: sizes.count)
    var left = 0.0
    var top = 0.0
    var shelf = 0.0
    var width = 0.0
    for index in order {
      if left > 0, left + sizes[index].width > limit {
        top += shelf + gap
        (left, shelf) = (0, 0)
      }
      origins[index] = Origin(left: left, top: top)
      width = max(width, left + sizes[index].width)
      left += sizes[index].width + gap
      shelf = max(shelf, sizes[index].height)
    }
    self.origins = origins
    self.width = width
    height = top + shelf
  }
}
