internal import Glibc
internal import Primitives

/// C strings in a C array that ends with a null pointer.
struct CStringArray: ~Copyable {
  private let bytes: [ByteString]

  init(_ strings: [ByteString]) {
    bytes = strings
  }

  /// The variables as `NAME=value`.
  init(environment: [ByteString: ByteString]) {
    bytes = environment.map { ByteString($0.key.bytes + [UInt8(ascii: "=")] + $0.value.bytes) }
  }

  borrowing func with<Result>(
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe bytes.map { string in
      unsafe CString.with(string) { unsafe strdup($0) }
    }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("an empty C array") }
      return unsafe body(base)
    }
  }
}
