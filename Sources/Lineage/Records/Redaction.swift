package import Documents
package import Primitives

/// Takes out of a record what must not be shared (§8 of `docs/format/run.md`).
package struct Redaction: Sendable {
  /// What stands in the place of a secret.
  package static let replacement = "<redacted>"

  /// The variables of the environment that a record may hold.
  package static let allowedVariables: Set<ByteString> = [
    "LANG", "LC_ALL", "TZ", "PYTHONHASHSEED", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS",
    "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS",
  ]

  /// Words of names that say that a value is a secret.
  private static let words: Set<String> = [
    "secret", "secrets", "password", "passwd", "pwd", "passphrase", "credential", "credentials",
    "apikey",
  ]

  /// Words that make the word after them a secret: `api_key`.
  private static let keys: Set<String> = ["api", "access", "private", "secret"]

  /// What stands before *token* where that is a piece of text: `pad_token`, `max_token`.
  private static let kinds: Set<String> = [
    "pad", "eos", "bos", "unk", "sep", "cls", "mask", "special", "next", "max", "min", "num", "per",
    "image", "start", "end",
  ]

  /// Names of files that hold secrets, wherever they lie.
  private static let files: Set<ByteString> = [
    ".env", ".netrc", ".pgpass", ".pypirc", ".npmrc", "id_rsa", "id_dsa", "id_ecdsa",
    "id_ed25519", "credentials", "credentials.json", "secrets.yaml", "secrets.yml",
    "secrets.json", "secrets.toml", ".git-credentials", ".htpasswd", ".s3cfg", ".boto",
    "kaggle.json",
  ]

  /// The places of what was replaced, in the order of finding.
  package private(set) var places: [String] = []

  package init() {}

  /// Whether the value of such a key is a secret, going by the words of its name.
  package static func isSecret(key: String) -> Bool {
    let words = Self.words(of: key)
    for (number, word) in words.enumerated() {
      let previous = number == 0 ? "" : words[number - 1]
      if Self.words.contains(word) { return true }
      if word == "key", keys.contains(previous) { return true }
      if word == "token", !kinds.contains(previous) { return true }
    }
    return false
  }

  /// The words of `hf-token`, `HF_TOKEN` and `hfToken`, in lower case.
  private static func words(of key: String) -> [String] {
    var words: [String] = []
    var wasLower = false
    for character in key {
      guard character.isLetter || character.isNumber else {
        words.append("")
        wasLower = false
        continue
      }
      if words.isEmpty || wasLower && character.isUppercase { words.append("") }
      words[words.count - 1] += character.lowercased()
      wasLower = character.isLowercase
    }
    return words.filter { !$0.isEmpty }
  }

  /// Whether a file of such a name holds secrets, going by the name alone.
  package static func isSecret(fileName: ByteString) -> Bool {
    files.contains(fileName) || fileName.bytes.starts(with: ".env.".utf8)
      || [".pem", ".key", ".p12", ".pfx", ".keystore"].contains {
        fileName.bytes.suffix($0.utf8.count).elementsEqual($0.utf8)
      }
  }

  /// Replaces the secrets in a document.
  ///
  /// - Parameters:
  ///   - value: The document.
  ///   - place: Where it stands in the record.
  package mutating func redact(_ value: DocumentValue, at place: String) -> DocumentValue {
    switch value {
    case .table(let fields):
      return .table(
        fields.map { field in
          let inner = "\(place).\(field.key)"
          guard Self.isSecret(key: field.key), field.value != .null else {
            return DocumentField(key: field.key, value: redact(field.value, at: inner))
          }
          places.append(inner)
          return DocumentField(key: field.key, value: .text(Self.replacement))
        })
    case .list(let items):
      return .list(items.enumerated().map { redact($1, at: "\(place)[\($0)]") })
    case .text(let text):
      return .text(redactText(text, as: .document, at: place))
    default: return value
    }
  }

  /// Replaces the secrets in a command line.
  ///
  /// - Parameters:
  ///   - words: The program and its arguments.
  ///   - shortening: Writes paths of the user's machine so that they can be shared.
  package mutating func redact(
    command words: [ByteString], shortening: (ByteString) -> ByteString
  ) -> [ByteString] {
    var redacted: [ByteString] = []
    var follows = false
    for (number, word) in words.enumerated() {
      let place = "command[\(number)]"
      let isValue = follows && word.bytes.first != UInt8(ascii: "-")
      follows = false
      guard let text = word.text else {
        redacted.append(isValue ? hidden(at: place) : shortening(word))
        continue
      }
      if isValue {
        redacted.append(hidden(at: place))
      } else if let sign = text.firstIndex(of: "="), Self.isName(text[..<sign]),
        Self.isSecret(key: String(text[..<sign]))
      {
        redacted.append(ByteString("\(text[...sign])\(hidden(at: place))"))
      } else {
        redacted.append(shortening(ByteString(redactText(text, as: .command, at: place))))
        follows = text.hasPrefix("-") && Self.isSecret(key: text)
      }
    }
    return redacted
  }

  /// Whether a text is nothing but the name of an option or variable; others are searched.
  private static func isName(_ text: Substring) -> Bool {
    text.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) }
  }

  /// Notes that a value is replaced.
  private mutating func hidden(at place: String) -> ByteString {
    places.append(place)
    return ByteString(Self.replacement)
  }

  /// Replaces what a text has of secrets: `https://ada:secret@host/` becomes
  /// `https://<redacted>@host/`.
  private mutating func redactText(
    _ text: String, as context: SecretSearch.Context, at place: String
  ) -> String {
    let found = SecretSearch.redacted(text, as: context)
    if found.count > 0 { places.append(place) }
    return found.text
  }
}
