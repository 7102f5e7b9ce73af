internal import Documents
internal import ObjectStore
internal import Platform
internal import Primitives
internal import Synchronization
internal import Workspace

/// Finds contents that another tool keeps, and puts them into the store: each is checked against the
/// name that it has there, by the bytes that are stored.
struct ForeignIntake {
  /// Why a content cannot be had.
  enum Trouble: Hashable, Sendable {
    /// It lies nowhere.
    case missing
    /// What lies under its name is something else.
    case damaged(FilePath)
    /// It cannot be read, or is not to be stored.
    case refused(String)
  }

  /// A place of a content, and its size there.
  private struct Place {
    let file: FilePath
    let size: ByteCount
  }

  /// A content that is in the store.
  struct Content: Hashable {
    let id: ObjectID
    let size: ByteCount
  }

  private let places: ForeignPlaces
  private var found: [ForeignName: [Place]] = [:]

  /// The lists of directories that were read.
  private(set) var lists: [ForeignName: DVCDirectory] = [:]

  /// What is in the store by now.
  private(set) var contents: [ForeignName: Content] = [:]
  private(set) var troubles: [ForeignName: Trouble] = [:]

  init(_ places: ForeignPlaces) {
    self.places = places
  }

  // MARK: - Finding

  /// Looks up where contents lie, and reads the lists of directories.
  mutating func find(_ items: [ForeignItem]) {
    for item in items {
      guard item.isDirectory, case .md5(_, _, let isBefore3) = item.name else {
        look(up: item.name)
        continue
      }
      if lists[item.name] == nil, troubles[item.name] == nil { readList(item.name) }
      for entry in lists[item.name]?.entries ?? [] {
        look(up: .md5(entry.digest, isList: false, isBefore3: isBefore3))
      }
    }
  }

  /// Adds the files of a worktree as places of the contents that they should have: asked last.
  mutating func find(_ items: [ForeignItem], inFilesBelow root: FilePath) {
    for item in items {
      guard case .success(let parts) = parts(of: item) else { continue }
      let data = root.appending(item.path)
      for part in parts {
        guard let place = Self.place(data.appending(part.path)) else { continue }
        // Such as what only stands for the data.
        if part.path.isRoot, let size = item.size, size != place.size { continue }
        found[part.name, default: []].append(place)
        if troubles[part.name] == .missing { troubles[part.name] = nil }
      }
    }
  }

  private mutating func look(up name: ForeignName) {
    guard found[name] == nil else { return }
    found[name] = places.candidates(name).compactMap(Self.place)
    if found[name]?.isEmpty == true { troubles[name] = .missing }
  }

  /// A file that is there; what cannot be looked at is as good as not there.
  private static func place(_ file: FilePath) -> Place? {
    guard let status = (try? file.statusIfPresent(followingSymlink: true)) ?? nil,
      status.kind == .file
    else { return nil }
    return Place(file: file, size: status.size)
  }

  private mutating func readList(_ name: ForeignName) {
    guard case .md5(let digest, _, _) = name else { return }
    var trouble = Trouble.missing
    for place in places.candidates(name).compactMap(Self.place) {
      guard let bytes = try? place.file.contents(limit: Self.listLimit) else {
        trouble = .refused("'\(place.file)' cannot be read")
        continue
      }
      // A list is text without any CR, so that all versions of DVC give it one name.
      guard MD5.digest(of: bytes.span) == digest else {
        trouble = .damaged(place.file)
        continue
      }
      do throws(DVCFormatError) {
        lists[name] = try DVCDirectory(reading: bytes)
        return
      } catch {
        trouble = .refused("'\(place.file)' is no list of a directory: \(error)")
      }
    }
    troubles[name] = trouble
  }

  private static let listLimit = ByteCount.gibibytes(1)

  /// The size of a content that is there.
  func size(of name: ForeignName) -> ByteCount? { contents[name]?.size ?? found[name]?.first?.size }

  // MARK: - Storing

  /// Puts all that was found into the store.
  ///
  /// Where what lies in one place is not the content, the next place is asked.
  mutating func store(
    with writer: StoreWriter, progress: ProgressCounter?
  ) throws(CommandFailure) {
    for form in [MD5Form.plain, .withoutLineEnds] {
      var pending = found.filter { name, places in
        !places.isEmpty && contents[name] == nil && Self.form(of: name) == form
      }.map { (name: $0.key, places: $0.value[...]) }
      while !pending.isEmpty {
        try store(&pending, form, with: writer, progress: progress)
      }
    }
  }

  private static func form(of name: ForeignName) -> MD5Form {
    if case .md5(_, _, isBefore3: true) = name { return .withoutLineEnds }
    return .plain
  }

  /// Stores one place of each content; what is left is what has to be looked for in the next place.
  private mutating func store(
    _ pending: inout [(name: ForeignName, places: ArraySlice<Place>)], _ form: MD5Form,
    with writer: StoreWriter, progress: ProgressCounter?
  ) throws(CommandFailure) {
    let files = pending.compactMap { $0.places.first?.file }
    let bytes = pending.reduce(0) { $0 + ($1.places.first?.size.bytes ?? 0) }
    progress?.begin(.storing, bytes: bytes, files: files.count)
    let outcomes = Mutex<[Int: Result<AddedFile, StoreError>]>([:])
    let isMD5 = pending.contains { if case .md5 = $0.name { true } else { false } }
    try explaining { () throws(StoreError) in
      try writer.addFiles(
        files.count, md5: isMD5 ? form : nil, progress: progress,
        open: { number throws(FileError) in try OpenFile.forReading(files[number]) },
        done: { number, outcome in outcomes.withLock { $0[number] = outcome } })
    }
    var rest: [(name: ForeignName, places: ArraySlice<Place>)] = []
    for (number, outcome) in outcomes.withLock({ $0 }) {
      let (name, places) = pending[number]
      switch outcome {
      case .success(let file) where Self.isContent(file, name):
        contents[name] = Content(id: file.id, size: file.size)
        troubles[name] = nil
        continue
      case .success: troubles[name] = .damaged(files[number])
      case .failure(let error): troubles[name] = .refused("\(error)")
      }
      if places.count > 1 { rest.append((name, places.dropFirst())) }
    }
    pending = rest
  }

  private static func isContent(_ file: AddedFile, _ name: ForeignName) -> Bool {
    switch name {
    case .md5(let digest, _, _): file.md5.contains(digest)
    case .sha256(let id): file.id == id
    }
  }
}

// MARK: - Items

extension ForeignIntake {
  /// A file of an item, and the name of its content.
  struct Part {
    /// From the item down; the root for an item that is a file.
    let path: RepositoryPath
    let name: ForeignName
  }

  /// The files of an item, or why they are not known.
  func parts(of item: ForeignItem) -> Result<[Part], PartTrouble> {
    guard item.isDirectory, case .md5(_, _, let isBefore3) = item.name else {
      return .success([Part(path: .root, name: item.name)])
    }
    guard let list = lists[item.name] else {
      return .failure(PartTrouble(trouble: troubles[item.name] ?? .missing))
    }
    return .success(
      list.entries.map { entry in
        Part(
          path: entry.path, name: .md5(entry.digest, isList: false, isBefore3: isBefore3))
      })
  }

  /// Why the files of an item are not known.
  struct PartTrouble: Error {
    let trouble: Trouble
  }

  /// Makes the pointer of an item all of whose contents are in the store.
  ///
  /// - Returns: `nil` where one is not.
  func pointer(
    of item: ForeignItem, with writer: StoreWriter
  ) throws(CommandFailure) -> PointerFile? {
    guard case .success(let parts) = parts(of: item) else { return nil }
    guard item.isDirectory else {
      return contents[item.name].map { .file($0.id, size: $0.size, source: item.source) }
    }
    var builder = TreeBuilder()
    for part in parts {
      guard let content = contents[part.name] else { return nil }
      builder.add(
        TreeEntry(kind: .file, id: content.id, size: content.size, name: part.path.name),
        at: part.path)
    }
    let trees = builder
    let (id, tree) = try explaining { () throws(StoreError) in try trees.build(with: writer) }
    return .tree(id, size: tree.size, files: tree.files, source: item.source)
  }
}
