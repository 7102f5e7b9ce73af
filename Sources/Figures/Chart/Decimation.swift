/// Takes away points that nobody could see, and none that stands out.
enum Decimation {
  /// A place in the drawing, in tenths of a pixel.
  struct Dot: Hashable, Sendable {
    let x: Int
    let y: Int
  }

  /// The lowest and the highest dot of each column of pixels, and the first and last of all.
  ///
  /// What is kept stands on whole pixels from left to right, which takes less to write.
  ///
  /// - Parameters:
  ///   - dots: In the order of their `x`.
  ///   - limit: How many dots may stay as they are.
  static func extremes(_ dots: [Dot], limit: Int) -> [Dot] {
    guard dots.count > limit, let first = dots.first, let last = dots.last else { return dots }
    var kept = [first]
    var index = 0
    while index < dots.count {
      let column = dots[index].x / 10
      var low = index
      var high = index
      while index < dots.count, dots[index].x / 10 == column {
        if dots[index].y < dots[low].y { low = index }
        if dots[index].y > dots[high].y { high = index }
        index += 1
      }
      kept.append(Dot(x: column * 10, y: dots[min(low, high)].y))
      if low != high { kept.append(Dot(x: column * 10, y: dots[max(low, high)].y)) }
    }
    kept.append(last)
    return kept
  }

  /// One dot of all those that fall together, on a grid as fine as `limit` allows.
  static func distinct(_ dots: [Dot], limit: Int) -> [Dot] {
    for cell in [5, 10, 20, 30, 50, 80, 120, 200] {
      var seen: Set<Dot> = []
      let kept = dots.filter { seen.insert(Dot(x: $0.x / cell, y: $0.y / cell)).inserted }
      if kept.count <= limit || cell == 200 { return kept }
    }
    return dots
  }
}
