internal import Arguments
internal import Git
internal import ObjectStore
package import Primitives
internal import Remotes
internal import Terminal

/// What was forgotten, or would be: where, since when, and what came of it.
package struct ForgetReport: Report {
  /// A content.
  package struct Version: Encodable, Sendable {
    let oid: ObjectID
    let size: ByteCount
    let paths: [RepositoryPath]
  }

  /// A commit that brought data with one of them.
  package struct Commit: Encodable, Sendable {
    let commit: String
    let date: Timestamp
    let author: ByteString
    let summary: ByteString
  }

  /// A run that has to do with one of them.
  package struct Run: Encodable, Sendable {
    let id: ObjectID
    let name: String?
    let started: Timestamp
    let uses: [String]
  }

  /// A model.
  package struct Model: Encodable, Sendable {
    let path: RepositoryPath
    let oid: ObjectID
  }

  /// Bytes that stay, because other contents have the same.
  package struct Shared: Encodable, Sendable {
    let oid: ObjectID
    let size: ByteCount
    let holders: [String]
  }

  /// A store.
  package struct Place: Encodable, Sendable {
    /// The remote; left out for the store of the clone.
    let remote: RemoteName?
    let location: String?
    let state: State

    /// How many of the contents it has, or had.
    let contents: Int
    let records: Int
    let bytes: ByteCount
    let shared: [Shared]
    let sharedBytes: ByteCount

    /// Contents whose list of chunks is damaged, so that chunks of theirs may have stayed.
    let unreadable: [ObjectID]
    let problem: String?
  }

  /// What is the matter with a store.
  package enum State: String, Encodable, Sendable {
    /// It has nothing of it.
    case clean
    /// It has something, which would be removed.
    case planned
    /// It has something, and that was not asked for.
    case left
    /// What it had was removed.
    case forgotten
    /// It could not be asked.
    case unknown
    /// It could not be changed.
    case failed
  }

  /// A version that somebody pushed and that this clone does not know.
  package struct Unseen: Encodable, Sendable {
    let commit: String
    let path: RepositoryPath
    let oid: ObjectID
  }

  package let isDryRun: Bool

  /// Whether the contents may be stored again.
  package internal(set) var isLifted = false
  package let asked: [ByteString]
  package let reason: ByteString
  package let versions: [Version]
  package let versionCount: Int
  package let bytes: ByteCount
  package let directories: Int
  package let commits: [Commit]
  package let commitCount: Int
  package let references: [ByteString]
  package let runs: [Run]
  package let models: [Model]
  package internal(set) var places: [Place]

  /// Where copies may be that this command does not reach, in words.
  package let notReached: [String]
  package let unseen: [Unseen]

  /// Where the report was written.
  package internal(set) var report: String?
  package internal(set) var failure: CommandFailure?

  private enum CodingKeys: CodingKey {
    case isDryRun, isLifted, asked, reason, versions, versionCount, bytes, directories, commits,
      commitCount,
      references, runs, models, places, notReached, unseen, report
  }

  /// How many versions and commits are told.
  static let limit = 1_000

  init(
    _ versions: ForgottenVersions, _ survey: ForgetSurvey, _ places: [ForgetPlace],
    asked: [ByteString], reason: ByteString, isDryRun: Bool
  ) {
    self.isDryRun = isDryRun
    self.asked = asked
    self.reason = reason
    let all = versions.ids.sorted()
    versionCount = all.count
    bytes = versions.sizes.values.reduce(.zero, +)
    self.versions = all.prefix(Self.limit).map { id in
      Version(
        oid: id, size: versions.sizes[id] ?? .zero, paths: (versions.paths[id] ?? []).sorted())
    }
    directories = survey.directories
    commitCount = survey.commits.count
    commits = survey.commits.prefix(Self.limit).map { commit in
      Commit(
        commit: commit.id.hex, date: commit.author.time, author: commit.author.name,
        summary: commit.summary)
    }
    references = survey.references
    runs = survey.runs
    models = survey.models
    self.places = places.map { Place($0, survey, isDryRun: isDryRun) }
    notReached = places.flatMap(Self.beyond)
    unseen = places.flatMap(\.unseen)
    failure = isDryRun ? nil : places.lazy.filter(\.isTarget).compactMap(\.failure).first
  }

  /// What is known to lie beyond one store.
  private static func beyond(_ place: ForgetPlace) -> [String] {
    var list = place.clones.map { "clone '\($0)', which registered in \(place.name)" }
    if let failure = place.failure { list.append("\(place.name): \(failure.message)") }
    if !place.isTarget, place.plan?.present.isEmpty == false {
      list.append("\(place.name): `--everywhere` removes it there, too")
    }
    return list
  }
}

extension ForgetReport.Place {
  fileprivate init(_ place: ForgetPlace, _ survey: ForgetSurvey, isDryRun: Bool) {
    remote = place.remote?.name
    location = place.remote?.location.description
    problem = place.failure?.message
    let plan = place.plan
    contents = plan?.present.count ?? 0
    records = plan?.records ?? 0
    bytes = place.isDone ? place.freed : plan?.storedBytes ?? .zero
    unreadable = (plan?.unreadable ?? []).sorted()
    let all = plan?.shared ?? []
    sharedBytes = all.reduce(.zero) { $0 + $1.length }
    shared = all.prefix(ForgetReport.limit).map { part in
      ForgetReport.Shared(
        oid: part.id, size: part.length, holders: part.holders.flatMap { survey.names(of: $0) })
    }
    state =
      if place.failure != nil {
        plan == nil ? .unknown : .failed
      } else if place.isDone {
        records > 0 ? .forgotten : .clean
      } else if contents == 0 {
        .clean
      } else {
        place.isTarget ? .planned : .left
      }
  }
}
