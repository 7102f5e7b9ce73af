/// The fields of a table while it is read: no key may come twice.
struct MemberList {
  private(set) var members: [DocumentNode.Member] = []
  private var numbers: [String: Int] = [:]

  func contains(_ key: String) -> Bool { numbers[key] != nil }

  /// Adds a field, or throws where the key was there before.
  mutating func append(
    _ member: DocumentNode.Member, in source: DocumentSource
  ) throws(DocumentError) {
    if let number = numbers[member.key] {
      throw .duplicateKey(
        member.key, source.place(at: member.keyStart),
        first: source.place(at: members[number].keyStart))
    }
    numbers[member.key] = members.count
    members.append(member)
  }
}
