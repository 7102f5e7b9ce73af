package import Lineage
internal import ObjectStore
internal import Platform
package import Primitives

/// One output of a run, beside what came out when it was made again.
package struct OutputVerdict: Hashable, Sendable {
  /// How the two compare.
  package enum Verdict: String, Hashable, Sendable {
    case identical
    case different
    /// Nothing was made at the path.
    case missing
  }

  package let recorded: RunArtifact

  /// The oid of what came out.
  package let oid: ObjectID?
  package let size: ByteCount?
  package let verdict: Verdict

  /// By how much they differ, in words, as far as the recorded bytes are at hand.
  package let detail: String?

  /// What came out as an output of a record; nobody tracks what differs.
  var artifact: RunArtifact? {
    guard let oid, let size else { return nil }
    var artifact = recorded
    artifact.read = nil
    if verdict == .identical { return artifact }
    artifact.tracked = nil
    artifact.oid = oid
    artifact.size = size
    return artifact
  }
}

/// Compares what lies in a worktree with the outputs of a record.
struct OutputComparison {
  /// The root of the worktree.
  let root: FilePath

  /// Holds the recorded bytes, if anything does.
  let store: ObjectStore

  /// Compares one output; what cannot be read is different, and says why.
  func verdict(on output: RunArtifact) -> OutputVerdict {
    let found: ContentDigest?
    do {
      found = try ContentDigest.of(output.path, in: root)
    } catch {
      return OutputVerdict(
        recorded: output, oid: nil, size: nil, verdict: .different, detail: "\(error)")
    }
    guard let now = found else {
      return OutputVerdict(recorded: output, oid: nil, size: nil, verdict: .missing, detail: nil)
    }
    let isEqual = now.oid == output.oid && now.isTree == (output.kind == .tree)
    return OutputVerdict(
      recorded: output, oid: now.oid, size: now.size, verdict: isEqual ? .identical : .different,
      detail: isEqual ? nil : detail(of: now, output))
  }

  private func detail(of now: ContentDigest, _ output: RunArtifact) -> String? {
    switch (now.isTree, output.kind) {
    case (true, .tree):
      var found = TreeDifference()
      found.compare(output.oid, now.oid, at: .root, now.trees, store)
      guard let first = found.first else { return nil }
      let noun = found.count == 1 ? "file differs" : "files differ"
      let bytes = content(first.old, in: root.appending(output.path).appending(first.path))
      return "\(found.count) \(noun), first '\(first.path)'\(bytes.map { ": \($0)" } ?? "")"
    case (false, .file): return content(output.oid, in: root.appending(output.path))
    case (true, .file): return "it was a file, and is a directory"
    case (false, .tree): return "it was a directory, and is a file"
    }
  }

  /// Compares bytes with those of an object.
  private func content(_ old: ObjectID?, in place: FilePath) -> String? {
    guard let old, let file = try? OpenFile.forReading(place, followingSymlink: false),
      let size = try? file.status().size.bytes
    else { return nil }
    var first: Int?
    var differing = 0
    var offset = 0
    do throws(StoreError) {
      try store.read(old) { bytes throws(StoreError) in
        let mine: [UInt8]
        do throws(FileError) {
          mine = try file.upTo(.bytes(bytes.count), at: offset)
        } catch {
          throw .unreadable(error)
        }
        for index in mine.indices where mine[index] != bytes[index] {
          if first == nil { first = offset + index }
          differing += 1
        }
        offset += bytes.count
      }
    } catch {
      // The recorded bytes are not at hand: that they are others is known all the same.
      return nil
    }
    var parts: [String] = []
    if let first {
      parts.append(
        "first differs at byte \(first), \(differing) \(differing == 1 ? "byte" : "bytes") in all")
    }
    if size != offset {
      parts.append("\(abs(size - offset)) bytes \(size > offset ? "longer" : "shorter")")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

/// The files in which two directories differ.
private struct TreeDifference {
  private(set) var count = 0

  /// The first file, and what it was.
  private(set) var first: (path: RepositoryPath, old: ObjectID?)?

  /// Compares a directory that is stored with one that is not.
  mutating func compare(
    _ old: ObjectID, _ new: ObjectID, at path: RepositoryPath, _ trees: [ObjectID: Tree],
    _ store: ObjectStore
  ) {
    guard old != new, let then = try? store.tree(old), let now = trees[new] else { return }
    let names = Set(then.entries.map(\.name)).union(now.entries.map(\.name))
    for name in names.sorted() {
      let (left, right) = (then[name], now[name])
      guard left != right, let inner = try? path.appending(name) else { continue }
      if let left, let right, left.kind == .directory, right.kind == .directory {
        compare(left.id, right.id, at: inner, trees, store)
      } else {
        count += max(left?.files ?? 0, right?.files ?? 0, 1)
        if first == nil { first = (inner, left?.kind == .directory ? nil : left?.id) }
      }
    }
  }
}
