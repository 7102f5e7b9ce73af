internal import Git
internal import Lineage
internal import Primitives
internal import Terminal

/// A state of the files that something is read of.
enum Moment: Sendable {
  /// The files as they lie there now.
  case worktree
  /// A commit, by the word that named it.
  case revision(ByteString, commit: GitID, tree: GitID)
  /// What a run was given and made.
  case run(ObjectID, RunRecord)

  /// What kind of moment it is, for programs.
  private enum Kind: String, Encodable {
    case worktree, revision, run
  }

  private var kind: Kind {
    switch self {
    case .worktree: .worktree
    case .revision: .revision
    case .run: .run
    }
  }

  /// What the moment is called where it stands among others: `HEAD~1`, `base 4f2a91c`.
  var label: String {
    switch self {
    case .worktree: "worktree"
    case .revision(let word, _, _): word.description
    case .run(let id, let record):
      (record.name.map { "\(ByteString($0)) " } ?? "") + id.hex.prefix(RunNames.minimum)
    }
  }

  /// What some moments are called among each other: a run by its name alone, if that is enough.
  static func labels(of moments: [Moment]) -> [String] {
    let names = moments.map { moment in
      if case .run(_, let record) = moment, let name = record.name {
        ByteString(name).description
      } else {
        moment.label
      }
    }
    return zip(moments, names).map { moment, name in
      names.count { $0 == name } == 1 ? name : moment.label
    }
  }

  /// The same as part of a sentence: `in revision 'HEAD~1'`.
  var phrase: String {
    switch self {
    case .worktree: "in the worktree"
    case .revision(let word, _, _): "in revision '\(word)'"
    case .run: "in run '\(label)'"
    }
  }

  /// The same in the colour of its kind.
  var styledLabel: StyledString {
    switch self {
    case .worktree: "\(label)"
    case .revision: "\(label, .commit)"
    case .run: "\(label, .objectID)"
    }
  }
}

extension Moment: Encodable {
  private enum CodingKeys: CodingKey {
    case kind, name, id
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(label, forKey: .name)
    switch self {
    case .worktree: break
    case .revision(_, let commit, _): try container.encode(commit.hex, forKey: .id)
    case .run(let id, _): try container.encode(id.hex, forKey: .id)
    }
  }
}
