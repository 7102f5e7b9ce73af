package import Primitives

/// Which data is called a model.
///
/// Nothing in a file says so for sure, so its name decides:
///
/// 1. A file whose name ends as formats for models do is one.
/// 2. A file with an ending that other data has, too (`.bin`, `.npz`, `.pb`), is one where its name,
///    or that of a directory above it, speaks of models.
/// 3. A directory is one where its own name does, or where it directly holds such a file.
package enum ModelRule {
  /// Endings that only models have.
  package static let endings: Set<String> = [
    "caffemodel", "cbm", "ckpt", "gguf", "ggml", "h5", "hdf5", "joblib", "keras", "mlmodel",
    "model", "onnx", "pickle", "pkl", "pmml", "pt", "pth", "safetensors", "tflite", "ubj",
  ]

  /// Endings that models share with other data.
  package static let sharedEndings: Set<String> = ["bin", "npz", "pb", "weights", "zip"]

  /// What a name holds that speaks of models.
  package static let words: [String] = ["model", "checkpoint", "weights"]

  /// Whether a file is a model, by its path.
  package static func isModel(file path: RepositoryPath) -> Bool {
    guard let ending = ending(of: path.name) else { return false }
    if endings.contains(ending) { return true }
    return sharedEndings.contains(ending) && path.components.contains(where: speaksOfModels)
  }

  /// Whether a directory is a model, or holds some.
  ///
  /// - Parameters:
  ///   - path: Where it lies.
  ///   - names: The names in it, as far as they are known.
  package static func isModel(directory path: RepositoryPath, holding names: [ByteString]) -> Bool {
    speaksOfModels(path.name)
      || names.contains { (try? path.appending($0)).map { isModel(file: $0) } ?? false }
  }

  /// The ending in small letters, where the name has one.
  private static func ending(of name: ByteString) -> String? {
    guard let dot = name.bytes.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return nil }
    return String(validating: name.bytes[(dot + 1)...], as: UTF8.self)?.lowercased()
  }

  private static func speaksOfModels(_ name: ByteString) -> Bool {
    guard let text = name.text?.lowercased() else { return false }
    return words.contains { text.contains($0) }
  }
}
