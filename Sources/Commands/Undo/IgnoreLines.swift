/// Takes lines back that were written into a `.gitignore`, where others have changed it since.
enum IgnoreLines {
  /// What a file becomes when the lines that came with `new` go and those that went with it come back.
  ///
  /// - Parameters:
  ///   - now: What it holds; `nil` for no file.
  ///   - new: What it held after the change that is taken back.
  ///   - old: What it held before; `nil` for no file.
  /// - Returns: What it is to hold; `nil` where nothing is left and there was no file before.
  static func merged(_ now: [UInt8]?, from new: [UInt8], to old: [UInt8]?) -> [UInt8]? {
    let newline = UInt8(ascii: "\n")
    func lines(_ bytes: [UInt8]?) -> [[UInt8]] {
      (bytes ?? []).split(separator: newline).map { Array($0) }
    }
    var result = (now ?? []).split(separator: newline, omittingEmptySubsequences: false)
      .map { Array($0) }
    if result.last?.isEmpty == true { result.removeLast() }
    for line in lines(new) where !lines(old).contains(line) {
      if let place = result.lastIndex(of: line) { result.remove(at: place) }
    }
    for line in lines(old) where !lines(new).contains(line) && !result.contains(line) {
      result.append(line)
    }
    if result.isEmpty, old == nil { return nil }
    return result.flatMap { $0 + [newline] }
  }
}
