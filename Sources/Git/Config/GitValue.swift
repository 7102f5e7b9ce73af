package import Primitives

/// The kinds of values that a setting can have.
package enum GitConfigKind: Equatable, Sendable {
  case bool
  case int
  case path
  case string
}

extension GitConfigKind: CustomStringConvertible {
  package var description: String {
    switch self {
    case .bool: "true or false"
    case .int: "a whole number"
    case .path: "a path"
    case .string: "a text"
    }
  }
}

/// How git reads the texts of its settings.
package enum GitValue {
  /// `true`, `yes`, `on`, `1` and other numbers but zero; `false`, `no`, `off`, `0`, and nothing.
  package static func bool(_ value: ByteString?) -> Bool? {
    guard let text = value?.text?.lowercased() else { return nil }
    switch text {
    case "true", "yes", "on": return true
    case "false", "no", "off", "": return false
    default: return int(ByteString(text)).map { $0 != 0 }
    }
  }

  /// A decimal number, with `k`, `m` or `g` for powers of 1,024.
  package static func int(_ value: ByteString) -> Int? {
    guard var text = value.text?.trimmingPrefix(while: \.isWhitespace).lowercased() else {
      return nil
    }
    var factor = 1
    switch text.last {
    case "k": factor = 1 << 10
    case "m": factor = 1 << 20
    case "g": factor = 1 << 30
    default: break
    }
    if factor > 1 { text.removeLast() }
    guard let number = Int(text) else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }
}
