/// How a kind of node is drawn: its outline and its sign.
///
/// Shape and sign say the kind to who does not see the colours.
extension GraphFigure.NodeKind {
  /// The outline of a box whose top left corner is the origin, as a path of SVG.
  ///
  /// - Parameters:
  ///   - width: In pixels, 60 at least.
  ///   - height: In pixels, 40 at least.
  func outline(width: Double, height: Double) -> String {
    let right = width.pixels
    let bottom = height.pixels
    func before(_ inset: Double) -> String { (width - inset).pixels }
    func above(_ inset: Double) -> String { (height - inset).pixels }
    let middle = (height / 2).pixels
    switch self {
    case .data:
      // A sheet with a folded corner.
      return "M0 0H\(before(12))L\(right) 12V\(bottom)H0ZM\(before(12)) 0V12H\(right)"
    case .model:
      return "M10 0H\(before(10))L\(right) \(middle)L\(before(10)) \(bottom)H10L0 \(middle)Z"
    case .run:
      return "M\(middle) 0H\(before(height / 2))a\(middle) \(middle) 0 0 1 0 \(bottom)"
        + "H\(middle)a\(middle) \(middle) 0 0 1 0 -\(bottom)Z"
    case .code:
      return "M0 0H\(right)V\(bottom)H0ZM6 0V\(bottom)M\(before(6)) 0V\(bottom)"
    case .parameters:
      // Its slanted sides meet those of the box in the middle, where arrows end.
      return "M5 0H\(before(-5))L\(before(5)) \(bottom)H-5Z"
    case .metrics:
      return "M9 0H\(before(9))L\(right) 9V\(above(9))L\(before(9)) \(bottom)H9L0 \(above(9))V9Z"
    }
  }

  /// A sign in a square of 16 pixels, as a path of SVG that is drawn and not filled.
  var sign: String {
    switch self {
    case .data:
      "M2.5 4c0-3 11-3 11 0s-11 3-11 0v8c0 3 11 3 11 0V4M2.5 8c0 3 11 3 11 0"
    case .model:
      "M8 1.5L13.7 4.8V11.2L8 14.5L2.3 11.2V4.8ZM2.3 4.8L8 8L13.7 4.8M8 8V14.5"
    case .run: "M4 2.5L13 8L4 13.5Z"
    case .code: "M5.5 4L1.5 8L5.5 12M10.5 4L14.5 8L10.5 12"
    case .parameters: "M1.5 5H7M10.5 5H14.5M7 3v4M1.5 11H5M8.5 11H14.5M8.5 9v4"
    case .metrics: "M2 1.5V14H14.5M5.5 11V8M9 11V4M12.5 11V6"
    }
  }
}

extension GraphFigure.Mark {
  /// A sign in a disc of 8 pixels around the origin, as a path that is drawn and not filled.
  var sign: String {
    switch self {
    case .focus: "M0 -3.5L3.5 0L0 3.5L-3.5 0Z"
    case .failed: "M-3 -3L3 3M-3 3L3 -3"
    case .missing: "M-3.4 0H3.4"
    case .damaged: "M0 -4.4V0.8M0 3.4V4.4"
    }
  }
}
