package import Primitives

/// What is wrong with a file that should be a pointer.
package enum PointerProblem: Error, Hashable {
  /// It does not begin as a pointer does.
  case notAPointer
  case tooLarge
  /// It ends in the middle of a line.
  case truncated
  /// A newer program wrote it.
  case newerVersion(Int)
  /// A newer program wrote it, or somebody changed it.
  case unknownKey(ByteString)
  case missingKey(String)
  case misplacedKey(ByteString)
  case badValue(key: String, value: ByteString)
  case badLine(ByteString)
  /// Git or an editor changed its line endings.
  case carriageReturns
  case notCanonical
  /// A merge left its markers in it.
  case conflict(PointerConflict)
}

extension PointerProblem {
  /// Whether the file was damaged, and not written by a newer program or left by a merge.
  package var isDamage: Bool {
    switch self {
    case .newerVersion, .unknownKey, .conflict: false
    default: true
    }
  }
}

extension PointerProblem: CustomStringConvertible {
  /// The second half of a sentence that begins with the pointer's path.
  package var description: String {
    switch self {
    case .notAPointer: "it does not begin with the line 'shale 1'"
    case .tooLarge: "it is larger than a pointer can be"
    case .truncated: "it ends in the middle of a line"
    case .newerVersion(let version):
      "it has version \(version), and this program reads version \(PointerFile.newestVersion)"
    case .unknownKey(let key): "the key '\(key)' is unknown to this program"
    case .missingKey(let key): "the key '\(key)' is missing"
    case .misplacedKey(let key): "the key '\(key)' is out of place"
    case .badValue(let key, let value): "'\(value)' is not a value for '\(key)'"
    case .badLine(let line): "the line '\(line)' has no value"
    case .carriageReturns: "its lines end with carriage returns"
    case .notCanonical: "it is not written the one way it can be"
    case .conflict(let conflict): "it has conflict markers: \(conflict)"
    }
  }
}
