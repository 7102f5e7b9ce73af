package import ObjectStore
package import Platform

/// A reason why a content cannot be compared as what its name says.
package enum ContentProblem: Error, Equatable {
  /// The store does not yield it.
  case store(StoreError)

  /// The operating system refused.
  case file(FileError)

  /// It is not what it claims to be, or beyond what is held in memory: a clause in words.
  case unreadable(String)
}

extension ContentProblem {
  /// One of the two contents that are compared.
  enum Side: String {
    case old, new
  }

  /// The same problem, said of one side.
  func on(_ side: Side) -> Self {
    guard case .unreadable(let words) = self else { return self }
    return .unreadable("\(side.rawValue) content: \(words)")
  }

  /// Does what is about one side alone.
  static func on<Value>(
    _ side: Side, _ body: () throws(ContentProblem) -> Value
  ) throws(ContentProblem) -> Value {
    do throws(ContentProblem) {
      return try body()
    } catch {
      throw error.on(side)
    }
  }

  /// Makes calls of a store whose refusal is one of a content.
  static func onStore<Value>(
    _ body: () throws(StoreError) -> Value
  ) throws(ContentProblem) -> Value {
    do throws(StoreError) {
      return try body()
    } catch {
      throw .store(error)
    }
  }

  /// Makes calls of the operating system whose refusal is one of a content.
  static func onFiles<Value: ~Copyable>(
    _ body: () throws(FileError) -> Value
  ) throws(ContentProblem) -> Value {
    do throws(FileError) {
      return try body()
    } catch {
      throw .file(error)
    }
  }
}

extension ContentProblem: CustomStringConvertible {
  package var description: String {
    switch self {
    case .store(let error): error.description
    case .file(let error): error.description
    case .unreadable(let words): words
    }
  }
}
