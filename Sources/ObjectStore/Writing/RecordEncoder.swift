internal import Primitives

/// Compresses contents and hands them to a session; one for each thread.
struct RecordEncoder: ~Copyable {
  private var compressor = Compressor()
  private var output: [UInt8] = []
  private let session: RecordSession
  private let setting: CompressionSetting
  private let store: ObjectStore

  init(session: RecordSession, store: ObjectStore, setting: CompressionSetting) {
    self.store = store
    self.session = session
    self.setting = setting
  }

  /// Stores the content of one record, unless the store has it.
  ///
  /// - Parameters:
  ///   - bytes: The content, under 16 MiB.
  ///   - id: The name it is stored under: that of `bytes` themselves, or of the content whose root
  ///     node they are.
  ///   - form: Which of the two.
  ///   - recordClass: What the content is for.
  /// - Returns: Whether it was new to the store.
  /// - Throws: ``StoreError`` when the disk refuses.
  @discardableResult
  mutating func put(
    _ bytes: Span<UInt8>, as id: ObjectID, form: RecordForm = .content,
    class recordClass: RecordClass
  ) throws(StoreError) -> Bool {
    if try session.contains(id) { return false }
    output.removeAll(keepingCapacity: true)
    let codec = compressor.compress(bytes, setting: setting, into: &output)
    let kind = RecordKind(codec: codec, form: form, class: recordClass)
    try session.append(id, kind: kind, length: bytes.count, stored: output.span)
    return true
  }
}

// MARK: - Contents of several parts

extension RecordEncoder {
  /// Stores a content that is in memory, cut into chunks where it is long enough.
  ///
  /// - Returns: Its oid.
  mutating func put(
    _ bytes: Span<UInt8>, cutBy chunker: Chunker, class recordClass: RecordClass
  ) throws(StoreError) -> ObjectID {
    var parts = Parts(of: SHA256.id(of: bytes), class: recordClass)
    var start = 0
    repeat {
      let length = chunker.firstChunkLength(in: bytes.extracting(start...))
      try put(
        bytes.extracting(start..<start + length), partOf: &parts, isWhole: length == bytes.count)
      start += length
    } while start < bytes.count
    try finish(&parts)
    return parts.id
  }

  /// Stores a directory, cut at the ends of entries where it is long (`docs/format/tree.md` §3).
  ///
  /// - Returns: Its oid.
  mutating func put(_ tree: Tree, cutBy cutter: MetadataCutter) throws(StoreError) -> ObjectID {
    let bytes = tree.encoded()
    var parts = Parts(of: SHA256.id(of: bytes.span), class: .tree)
    guard bytes.count >= MetadataCutter.maximum else {
      try put(bytes.span, as: parts.id, class: .tree)
      return parts.id
    }
    var start = 0
    var end = Tree.magic.count
    for entry in tree.entries {
      let encoded = bytes.span.extracting(end..<end + entry.encodedCount)
      if cutter.begins(before: encoded, partSize: end - start) {
        try put(bytes.span.extracting(start..<end), partOf: &parts, isWhole: false)
        start = end
      }
      end += entry.encodedCount
      if cutter.ends(after: encoded, partSize: end - start) {
        try put(bytes.span.extracting(start..<end), partOf: &parts, isWhole: false)
        start = end
      }
    }
    if start < end { try put(bytes.span.extracting(start..<end), partOf: &parts, isWhole: false) }
    try finish(&parts)
    return parts.id
  }

  /// A content whose parts are being stored.
  private struct Parts {
    let id: ObjectID
    let recordClass: RecordClass
    var builder = RecipeBuilder()

    init(of id: ObjectID, class recordClass: RecordClass) {
      self.id = id
      self.recordClass = recordClass
    }
  }

  /// Stores one part; a part that is the whole has been named already.
  private mutating func put(
    _ bytes: Span<UInt8>, partOf parts: inout Parts, isWhole: Bool
  ) throws(StoreError) {
    let id = isWhole ? parts.id : SHA256.id(of: bytes)
    try put(bytes, as: id, class: parts.recordClass)
    try parts.builder.append(Recipe.Part(id: id, length: bytes.count), with: &self)
  }

  private mutating func finish(_ parts: inout Parts) throws(StoreError) {
    try finish(&parts.builder, as: parts.id, class: parts.recordClass, states: [])
  }

  /// Stores what ends a content of several parts; one part alone is the content.
  ///
  /// - Parameters:
  ///   - builder: Has taken all parts.
  ///   - id: The oid of the content.
  ///   - recordClass: What the content is for.
  ///   - states: The hash states of the content.
  /// - Throws: ``StoreError`` when the disk refuses.
  mutating func finish(
    _ builder: inout RecipeBuilder, as id: ObjectID, class recordClass: RecordClass,
    states: [SHA256State]
  ) throws(StoreError) {
    guard let root = try builder.finish(states: states, with: &self) else { return }
    let bytes = root.encoded()
    let proof = Proof(root: bytes.span, id)
    // The parts were just cut from the content whose hash is `id`. A recipe that was there before
    // may be another one, and false: then this one takes its place.
    while try !put(bytes.span, as: id, form: .recipe, class: recordClass) {
      if try store.yields(id, made: proof) { break }
    }
    store.proofs.insert(proof)
  }

  /// Stores an inner node of a recipe.
  ///
  /// - Returns: The node as a part of its parent.
  mutating func put(_ node: Recipe) throws(StoreError) -> Recipe.Part {
    let bytes = node.encoded()
    let id = SHA256.id(of: bytes.span)
    try put(bytes.span, as: id, class: .recipe)
    return Recipe.Part(id: id, length: node.length)
  }
}
