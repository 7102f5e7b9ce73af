extension Double {
  /// A coordinate in pixels as SVG writes it, to a tenth: `12`, `0.5`, `-3.2`.
  var pixels: String {
    let tenths = Int((self * 10).rounded())
    let whole = tenths.magnitude / 10
    let rest = tenths.magnitude % 10
    let sign = tenths < 0 ? "-" : ""
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
  }
}
