internal import Documents
package import Primitives

/// Compares two contents of one file in the terms of what they are.
///
/// The name of the file says what to try. Where a content is not what it claims to be, the next
/// simpler thing is tried: text by lines, and in the end bytes, which always works.
package struct ContentComparison {
  /// What a user may ask for.
  package struct Options: Sendable {
    /// The columns that tell rows of a table apart; none to have them found.
    package var key: [String] = []

    /// How many differences of each kind are shown.
    package var limit = 20

    /// Told of the bytes read.
    package var progress: ProgressCounter?

    package init() {}
  }

  private let name: ByteString
  private let old: any ByteSource
  private let new: any ByteSource
  private let options: Options
  private let isInflated: Bool

  /// Prepares to compare.
  ///
  /// - Parameters:
  ///   - name: The name of the file.
  ///   - old: What it held.
  ///   - new: What it holds.
  ///   - options: What is wanted.
  /// - Throws: ``ContentProblem`` when a side cannot be read.
  package init(
    _ name: ByteString, from old: any ByteSource, to new: any ByteSource,
    options: Options = Options()
  ) throws(ContentProblem) {
    self.old = old
    self.new = new
    self.options = options
    let areCompressed = (try Self.isGzip(old), try Self.isGzip(new))
    isInflated = areCompressed.0 || areCompressed.1
    let ending = Array(".gz".utf8)
    let hasEnding = isInflated && name.bytes.suffix(3).elementsEqual(ending)
    self.name = hasEnding ? ByteString(name.bytes.dropLast(3)) : name
  }

  /// Compares.
  ///
  /// - Throws: ``ContentProblem`` when a side cannot be read: never for what it holds.
  package func compare() throws(ContentProblem) -> ContentDifference {
    var difference: ContentDifference?
    var note: String?
    do throws(ContentProblem) {
      difference = try compareAsNamed()
    } catch {
      guard case .unreadable(let words) = error else { throw error }
      note = words
    }
    if difference == nil { difference = try compareAsText() }
    var found: ContentDifference
    if let difference { found = difference } else { found = try compareAsBytes() }
    found.note = note ?? found.note
    for source in [old, new] { try (source as? FileSource)?.checkUnchanged() }
    return found
  }

  private static func isGzip(_ source: any ByteSource) throws(ContentProblem) -> Bool {
    try source.bytes(in: 0..<min(source.size, 3)) == [0x1F, 0x8B, 0x08]
  }

  /// Opens what a side stands for.
  private func open(_ source: any ByteSource) throws(ContentProblem) -> any ByteStream {
    let stream = SourceStream(source, progress: options.progress)
    return try Self.isGzip(source) ? InflatedStream(gzip: stream, size: source.size) : stream
  }

  private func openOld() throws(ContentProblem) -> any ByteStream { try open(old) }
  private func openNew() throws(ContentProblem) -> any ByteStream { try open(new) }

  // MARK: - By name

  /// Compares as the name says, or by what the first bytes are; `nil` where neither says anything.
  private func compareAsNamed() throws(ContentProblem) -> ContentDifference? {
    if let format = DocumentFormat(fileName: name) {
      switch format {
      case .csv: return try compareAsTable(.separated(by: UInt8(ascii: ",")))
      case .tsv: return try compareAsTable(.separated(by: UInt8(ascii: "\t")))
      case .jsonLines: return try compareAsTable(.jsonLines)
      case .json, .yaml, .toml: return try compareAsDocument(format)
      }
    }
    if isInflated { return nil }
    let ending = String(decoding: name.bytes.suffix(12), as: UTF8.self).lowercased()
    if ending.hasSuffix(".safetensors") {
      return try tensors { source throws(ContentProblem) in try TensorFile(safetensors: source) }
    }
    if ending.hasSuffix(".npy") {
      return try tensors { source throws(ContentProblem) in try TensorFile(array: source) }
    }
    if ending.hasSuffix(".npz") {
      return try tensors { source throws(ContentProblem) in try TensorFile(arrays: source) }
    }
    let pictures = (try PictureHeader(old), try PictureHeader(new))
    guard pictures.0 != nil || pictures.1 != nil else { return nil }
    let bytes = try ByteComparison.compare(old, new, limit: options.limit)
    var difference = ContentDifference(
      .picture, isSame: bytes.changedBytes == 0, isInflated: false)
    difference.picture = PictureDifference(pictures.0, pictures.1)
    difference.bytes = bytes
    return difference
  }

  private func compareAsTable(
    _ form: TableComparison.Form
  ) throws(ContentProblem) -> ContentDifference {
    var comparison = TableComparison(
      form, openOld, openNew, key: options.key, limit: options.limit)
    let found = try comparison.compare()
    var difference = ContentDifference(.table, isSame: found.isEmpty, isInflated: isInflated)
    difference.table = found
    return difference
  }

  private func compareAsDocument(
    _ format: DocumentFormat
  ) throws(ContentProblem) -> ContentDifference {
    let left = try ContentProblem.on(.old) { () throws(ContentProblem) in
      try document(openOld(), format)
    }
    let right = try ContentProblem.on(.new) { () throws(ContentProblem) in
      try document(openNew(), format)
    }
    let found = ValueComparison.compare(left, right, limit: options.limit)
    var difference = ContentDifference(
      .document, isSame: found.added + found.removed + found.changed == 0, isInflated: isInflated)
    difference.document = found
    return difference
  }

  private func document(
    _ stream: any ByteStream, _ format: DocumentFormat
  ) throws(ContentProblem) -> DocumentValue {
    guard let bytes = try stream.contents(limit: ContentLimits.document) else {
      throw .unreadable("it has more than \(ContentLimits.document)")
    }
    do {
      return try DocumentValue(reading: bytes, as: format)
    } catch {
      throw .unreadable("\(error)")
    }
  }

  private func tensors(
    _ read: (any ByteSource) throws(ContentProblem) -> TensorFile
  ) throws(ContentProblem) -> ContentDifference {
    let left = try ContentProblem.on(.old) { () throws(ContentProblem) in try read(old) }
    let right = try ContentProblem.on(.new) { () throws(ContentProblem) in try read(new) }
    let found = try TensorComparison.compare(left, right, limit: options.limit)
    var difference = ContentDifference(
      .tensors, isSame: found.changes.isEmpty && found.furtherChanges == 0 && found.notes.isEmpty,
      isInflated: false)
    difference.tensors = found
    return difference
  }

  // MARK: - By what it is

  /// Compares lines; `nil` for what is no text.
  private func compareAsText() throws(ContentProblem) -> ContentDifference? {
    do throws(ContentProblem) {
      let (left, right) = (try openOld().next(), try openNew().next())
      guard Self.looksLikeText(left), Self.looksLikeText(right) else { return nil }
      let found = try LineComparison.compare(openOld, openNew, limit: options.limit)
      var difference = ContentDifference(
        .lines, isSame: found.added == 0 && found.removed == 0 && found.isOrdered,
        isInflated: isInflated)
      difference.lines = found
      return difference
    } catch {
      if case .unreadable = error { return nil }
      throw error
    }
  }

  private static func looksLikeText(_ bytes: [UInt8]) -> Bool {
    let head = bytes.prefix(8_192)
    // A few bytes that are no UTF-8 may be of another encoding, or of a character that was cut.
    let strange = String(decoding: head, as: UTF8.self).unicodeScalars.count { $0 == "\u{FFFD}" }
    return !head.contains(0) && strange * 20 <= head.count + 20
  }

  /// Compares bytes: of what gzip files stand for, or, where they are damaged, of the files.
  private func compareAsBytes() throws(ContentProblem) -> ContentDifference {
    if isInflated {
      do throws(ContentProblem) {
        let found = try ByteComparison.compare(openOld(), openNew(), limit: options.limit)
        return difference(found, isInflated: true)
      } catch {
        guard case .unreadable(let words) = error else { throw error }
        var found = try difference(
          ByteComparison.compare(old, new, limit: options.limit), isInflated: false)
        found.note = words
        return found
      }
    }
    return try difference(
      ByteComparison.compare(old, new, limit: options.limit), isInflated: false)
  }

  private func difference(_ found: ByteDifference, isInflated: Bool) -> ContentDifference {
    var difference = ContentDifference(
      .bytes, isSame: found.changedBytes == 0, isInflated: isInflated)
    difference.bytes = found
    return difference
  }
}
