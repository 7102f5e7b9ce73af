internal import Documents
internal import Primitives

extension RunSummary {
  /// Appends the body of an index entry (§6 of `docs/format/run.md`).
  func encode(to bytes: inout [UInt8]) {
    bytes.append(id)
    bytes.append(codeTree)
    bytes.append(littleEndian: UInt64(bitPattern: started.nanoseconds))
    bytes.append(littleEndian: (seconds ?? .nan).bitPattern)
    bytes.append(littleEndian: UInt16(truncatingIfNeeded: exitStatus ?? -1))
    bytes.append(UInt8(RunRecord.State.allCases.firstIndex(of: state) ?? 0))
    bytes.append((isCodeModified ? 1 : 0) | (name == nil ? 0 : 2) | (commit == nil ? 0 : 4))
    bytes.append(text: invocation)
    if let name { bytes.append(text: name) }
    if let commit { bytes.append(text: commit) }
    bytes.append(list: command) { $0.append(text: $1.bytes) }
    for values in [parameters, metrics] { bytes.append(list: values) { $1.encode(to: &$0) } }
    for artifacts in [inputs, outputs] { bytes.append(list: artifacts) { $1.encode(to: &$0) } }
    bytes.append(list: [reproduces].compactMap(\.self)) { $0.append($1) }
    bytes.append(text: grade?.rawValue ?? "")
  }
}

/// Reads the bodies of index entries, one after the other.
///
/// The runs of a project have mostly the same keys in the same order: those that are as in the run
/// before are taken from there.
struct RunSummaryDecoder {
  /// Whether inputs and outputs are read: they come last, and most questions are not about them.
  private let withData: Bool
  private var parameters = ValueListDecoder()
  private var metrics = ValueListDecoder()

  init(withData: Bool) { self.withData = withData }

  /// Reads the body of an index entry; `nil` where it is none.
  mutating func decode(_ reader: inout ByteReader) -> RunSummary? {
    guard let id = reader.objectID(), let codeTree = reader.objectID(),
      let started = reader.number(UInt64.self), let seconds = reader.number(UInt64.self),
      let status = reader.number(UInt16.self), let state = reader.number(UInt8.self),
      Int(state) < RunRecord.State.allCases.count, let flags = reader.number(UInt8.self),
      let invocation = reader.text()
    else { return nil }
    let name = flags & 2 == 0 ? nil : reader.text()
    let commit = flags & 4 == 0 ? nil : reader.text()
    guard let command = reader.list({ $0.bytes().map { ByteString($0) } }),
      let parameters = parameters.decode(&reader), let metrics = metrics.decode(&reader),
      let inputs = artifacts(&reader), let outputs = artifacts(&reader),
      let reproduces = reader.list({ $0.objectID() }), let grade = reader.text(), reader.isAtEnd
    else { return nil }
    let duration = Double(bitPattern: seconds)
    return RunSummary(
      id: id, state: RunRecord.State.allCases[Int(state)], name: name, invocation: invocation,
      command: command, started: Timestamp(nanoseconds: Int64(bitPattern: started)),
      seconds: duration.isNaN ? nil : duration, exitStatus: status == .max ? nil : Int(status),
      commit: commit, codeTree: codeTree, isCodeModified: flags & 1 != 0, parameters: parameters,
      metrics: metrics, inputs: inputs, outputs: outputs, reproduces: reproduces.first,
      grade: RunReproduction.Grade(rawValue: grade))
  }
}

extension RunSummaryDecoder {
  private func artifacts(_ reader: inout ByteReader) -> [RunSummary.Artifact]? {
    if withData { return reader.list { RunSummary.Artifact(decoding: &$0) } }
    guard let count = reader.number(UInt32.self), Int(count) <= reader.remaining else {
      return nil
    }
    for _ in 0..<count {
      guard RunSummary.Artifact.skip(&reader) else { return nil }
    }
    return []
  }
}

/// Reads lists of parameters, or of metrics.
private struct ValueListDecoder {
  /// The places of the list before, each with the bytes that it was read from.
  private var places: [(bytes: [UInt8], path: RepositoryPath, key: String)] = []

  mutating func decode(_ reader: inout ByteReader) -> [RunSummary.Value]? {
    guard let count = reader.number(UInt32.self), Int(count) <= reader.remaining else {
      return nil
    }
    var values: [RunSummary.Value] = []
    values.reserveCapacity(Int(count))
    for index in 0..<Int(count) {
      if index >= places.count || !reader.consume(places[index].bytes) {
        let start = reader.offset
        guard let path = reader.path(), let key = reader.text() else { return nil }
        let place = (bytes: reader.bytes(from: start), path: path, key: key)
        if index < places.count { places[index] = place } else { places.append(place) }
      }
      guard let value = DocumentValue(decodingLeaf: &reader) else { return nil }
      values.append(
        RunSummary.Value(path: places[index].path, key: places[index].key, value: value))
    }
    return values
  }
}

extension RunSummary.Value {
  fileprivate func encode(to bytes: inout [UInt8]) {
    bytes.append(text: path.bytes.bytes)
    bytes.append(text: key)
    switch value {
    case .null: bytes.append(0)
    case .boolean(let value): bytes.append(value ? 2 : 1)
    case .integer(let value):
      bytes.append(3)
      bytes.append(littleEndian: UInt64(bitPattern: Int64(value)))
    case .number(let value):
      bytes.append(4)
      bytes.append(littleEndian: value.bitPattern)
    case .text(let value):
      bytes.append(5)
      bytes.append(text: value)
    // A leaf is a scalar, or a list or table without anything in it.
    case .list: bytes.append(6)
    case .table: bytes.append(7)
    }
  }
}

extension DocumentValue {
  /// Reads a value that holds no others.
  fileprivate init?(decodingLeaf reader: inout ByteReader) {
    guard let tag = reader.number(UInt8.self) else { return nil }
    switch tag {
    case 0: self = .null
    case 1, 2: self = .boolean(tag == 2)
    case 3:
      guard let bits = reader.number(UInt64.self) else { return nil }
      self = .integer(Int(Int64(bitPattern: bits)))
    case 4:
      guard let bits = reader.number(UInt64.self) else { return nil }
      self = .number(Double(bitPattern: bits))
    case 5:
      guard let text = reader.text() else { return nil }
      self = .text(text)
    case 6: self = .list([])
    case 7: self = .table([])
    default: return nil
    }
  }
}

extension RunSummary.Artifact {
  fileprivate func encode(to bytes: inout [UInt8]) {
    bytes.append(
      (isTree ? 1 : 0) | (isDeclared ? 2 : 0) | (tracked == nil ? 0 : 4) | (read == nil ? 0 : 8))
    bytes.append(oid)
    bytes.append(littleEndian: UInt64(size.bytes))
    bytes.append(text: path.bytes.bytes)
    if let tracked { bytes.append(text: tracked.bytes.bytes) }
    if let read { bytes.append(read) }
  }

  fileprivate init?(decoding reader: inout ByteReader) {
    guard let flags = reader.number(UInt8.self), let oid = reader.objectID(),
      let size = reader.size(), let path = reader.path()
    else { return nil }
    let tracked = flags & 4 == 0 ? nil : reader.path()
    let read = flags & 8 == 0 ? nil : reader.objectID()
    self.init(
      path: path, isTree: flags & 1 != 0, oid: oid, size: .bytes(size),
      isDeclared: flags & 2 != 0, tracked: tracked, read: read)
  }
}

extension RunSummary.Artifact {
  /// Passes over an artifact; `false` where the bytes end first.
  fileprivate static func skip(_ reader: inout ByteReader) -> Bool {
    guard let flags = reader.number(UInt8.self), reader.skip(ObjectID.byteCount + 8),
      let path = reader.number(UInt32.self), reader.skip(Int(path))
    else { return false }
    if flags & 4 != 0 {
      guard let tracked = reader.number(UInt32.self), reader.skip(Int(tracked)) else {
        return false
      }
    }
    return flags & 8 == 0 || reader.skip(ObjectID.byteCount)
  }
}

// MARK: - Parts

extension [UInt8] {
  fileprivate mutating func append(text: some Collection<UInt8>) {
    append(littleEndian: UInt32(text.count))
    append(contentsOf: text)
  }

  fileprivate mutating func append(text: String) { append(text: text.utf8) }

  fileprivate mutating func append<Item>(
    list: [Item], _ encode: (inout [UInt8], Item) -> Void
  ) {
    append(littleEndian: UInt32(list.count))
    for item in list { encode(&self, item) }
  }
}

extension ByteReader {
  fileprivate mutating func bytes() -> [UInt8]? {
    number(UInt32.self).flatMap { array(Int($0)) }
  }

  fileprivate mutating func text() -> String? {
    bytes().flatMap { String(validating: $0, as: UTF8.self) }
  }

  fileprivate mutating func path() -> RepositoryPath? {
    bytes().flatMap { try? RepositoryPath(ByteString($0)) }
  }

  /// A list whose length cannot make it take more room than the bytes that are left.
  fileprivate mutating func list<Item>(_ item: (inout Self) -> Item?) -> [Item]? {
    guard let count = number(UInt32.self), Int(count) <= remaining else { return nil }
    var items: [Item] = []
    items.reserveCapacity(Int(count))
    for _ in 0..<count {
      guard let next = item(&self) else { return nil }
      items.append(next)
    }
    return items
  }
}
