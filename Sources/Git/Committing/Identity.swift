internal import CGit2
internal import Platform
package import Primitives

extension GitRepository {
  /// Who would be the author of a commit made now.
  ///
  /// - Throws: ``GitError/identityMissing(_:)`` where git was not told.
  package func author() throws(GitError) -> (name: ByteString, email: ByteString) {
    let identity = try Identity(.author, config: config(), environment: environment)
    return (identity.name, identity.email)
  }
}

/// Who commits, as git finds it out.
struct Identity {
  enum Role: String {
    case author
    case committer
  }

  /// Seconds since 1970 and minutes from UTC.
  typealias Date = (seconds: Int64, offsetMinutes: CInt)

  let name: ByteString
  let email: ByteString
  /// From `GIT_AUTHOR_DATE` or `GIT_COMMITTER_DATE`; `nil` for now.
  let date: Date?

  /// - Throws: ``GitError/identityMissing(_:)``. Git would make a name up from the machine's user
  ///   and host where these look real; a history is better off without that.
  init(
    _ role: Role, config: GitConfig, environment: [ByteString: ByteString]
  ) throws(GitError) {
    func find(_ part: GitIdentityPart) throws(GitError) -> ByteString {
      let upper = "GIT_\(role.rawValue.uppercased())_\(part.rawValue.uppercased())"
      if let value = environment[ByteString(upper)], !value.isEmpty { return value }
      for section in [role.rawValue, "user"] {
        if let value = try config.string("\(section).\(part.rawValue)"), !value.isEmpty {
          return value
        }
      }
      if part == .email, let value = environment["EMAIL"], !value.isEmpty { return value }
      throw .identityMissing(part)
    }
    name = try find(.name)
    email = try find(.email)
    date = Self.variable(role, environment).flatMap(Self.date)
  }

  /// Whether the environment sets a date in a form that is not read here.
  static func hasStrangeDate(_ environment: [ByteString: ByteString]) -> Bool {
    [Role.author, .committer].contains { role in
      guard let text = variable(role, environment) else { return false }
      return date(text) == nil
    }
  }

  private static func variable(
    _ role: Role, _ environment: [ByteString: ByteString]
  ) -> ByteString? {
    let value = environment[ByteString("GIT_\(role.rawValue.uppercased())_DATE")]
    return value?.isEmpty == true ? nil : value
  }

  /// Reads git's own form of a date: `1767323045 +0100`, with or without `@` in front.
  private static func date(_ text: ByteString) -> Date? {
    let words = text.bytes.split(separator: UInt8(ascii: " "))
    guard words.count == 2, words[1].count == 5 else { return nil }
    let number = words[0].first == UInt8(ascii: "@") ? words[0].dropFirst() : words[0]
    // Fewer digits may be a calendar date: only git knows.
    guard number.count >= 9, number.allSatisfy({ (0x30...0x39).contains($0) }),
      let seconds = Int64(String(decoding: number, as: UTF8.self)),
      let zone = Int(String(decoding: words[1].dropFirst(), as: UTF8.self)),
      let sign = [UInt8(ascii: "+"): 1, UInt8(ascii: "-"): -1][words[1].first ?? 0]
    else { return nil }
    return (seconds, CInt(sign * (zone / 100 * 60 + zone % 100)))
  }

  func signature() throws(GitError) -> SignatureHandle {
    do throws(GitError) {
      return try unsafe SignatureHandle { place in
        unsafe CString.with(name) { name in
          unsafe CString.with(email) { email in
            if let date {
              return unsafe git_signature_new(
                place, name, email, date.seconds, date.offsetMinutes)
            }
            return unsafe git_signature_now(place, name, email)
          }
        }
      }
    } catch {
      let isBad = { (text: ByteString) in
        text.bytes.contains { [UInt8(ascii: "<"), UInt8(ascii: ">")].contains($0) }
      }
      throw isBad(email) ? .identityInvalid(.email, email) : .identityInvalid(.name, name)
    }
  }
}
