package import Arguments
internal import ObjectStore
internal import Platform
package import Primitives
internal import Project
package import Terminal
internal import Workspace

/// `shale cat`: prints the content of a file as it was.
package struct CatCommand: Command {
  package static let name = Operand<ByteString>("REV:PATH|OID", help: "What to print")

  package static let spec = CommandSpec(
    "cat",
    summary: "Print the content of a file",
    discussion: """
      Prints the bytes of a tracked file at a revision, of a file inside a tracked directory, or
      of an object by its oid, which is its SHA-256. The worktree is not touched.
      """,
    parameters: [name],
    usage: ["REV:PATH", "OID"],
    examples: [
      Example("shale cat HEAD~1:data/a.csv", "Print a file as it was one commit ago"),
      Example("shale cat HEAD:model.bin > old.bin", "Get an old version beside the new one"),
    ],
    result: [
      ResultKey("oid", "The oid of the content"),
      ResultKey("size", "Its size in bytes"),
    ],
    statuses: [.missing, .damaged],
    related: ["ls", "checkout"])

  private let name: ByteString

  package init(_ arguments: ParsedArguments) throws(UsageError) {
    name = try arguments[Self.name]
  }

  package func run(in context: CommandContext) throws(CommandFailure) -> CatReport {
    let project = try context.openProject()
    let workspace = try context.workspace(of: project)
    let id = try object(in: context, project, workspace)
    if context.settings.isJSON {
      do {
        return CatReport(oid: id, size: try workspace.store.size(of: id))
      } catch {
        throw workspace.store.tombstone(of: id).map { CommandFailure(absent: $0) }
          ?? CommandFailure(error)
      }
    }
    var size = 0
    do throws(StoreError) {
      try workspace.store.read(id) { bytes throws(StoreError) in
        size += bytes.count
        do throws(FileError) {
          try context.output.bytes.write(bytes)
        } catch {
          throw .file(error)
        }
      }
    } catch {
      // Who reads has seen enough: nothing more need be unpacked.
      guard case .file(let problem) = error, problem.isBrokenPipe else {
        throw workspace.store.tombstone(of: id).map { CommandFailure(absent: $0) }
          ?? CommandFailure(error)
      }
    }
    return CatReport(oid: id, size: .bytes(size))
  }

  private func object(
    in context: CommandContext, _ project: Project, _ workspace: Workspace
  ) throws(CommandFailure) -> ObjectID {
    if let id = ObjectID(hex: name.bytes) { return id }
    let digits = Array("sha256:".utf8)
    if name.bytes.starts(with: digits), let id = ObjectID(hex: name.bytes.dropFirst(digits.count)) {
      return id
    }
    var revision: ByteString?
    var path = name
    if let colon = name.bytes.firstIndex(of: UInt8(ascii: ":")) {
      revision = colon == 0 ? nil : ByteString(name.bytes[..<colon])
      path = ByteString(name.bytes[(colon + 1)...])
    }
    let view = TrackedView(project: project, workspace: workspace, revision: revision)
    guard
      let path = try context.repositoryPaths(fromRoot: revision != nil, [path], in: project).first,
      case .entry(let entry) = try view.place(path), entry.kind != TreeEntry.Kind.directory
    else {
      throw CommandFailure(
        .refused, id: "is-a-directory", "'\(name)' is a directory",
        hints: ["Run `shale ls` to see what is in it"])
    }
    return entry.id
  }
}

/// What was printed: nothing is said of it but in JSON.
package struct CatReport: Report {
  package let oid: ObjectID
  package let size: ByteCount

  package func write(to _: inout StyledText) {}
}
