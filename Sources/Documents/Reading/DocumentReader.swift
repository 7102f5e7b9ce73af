extension DocumentValue {
  /// Reads a document of at most 16 MiB (TOML 2 MiB) and 500,000 values, which lie at most 100 lists
  /// and tables deep.
  ///
  /// - YAML: the core schema of YAML 1.2, so that `yes` and `010` are a text and the number 10.
  ///   Aliases and merge keys are resolved; dates are text. An empty file is `null`.
  /// - JSON: as the standard has it, and `NaN`, `Infinity` and `-Infinity`, which Python writes.
  /// - TOML: dates and times are text.
  ///
  /// Throws for tables (`csv`, `tsv`, `jsonLines`), which ``DocumentRows`` reads.
  package init(reading bytes: [UInt8], as format: DocumentFormat) throws(DocumentError) {
    if format == .toml {
      self = try TOMLReader.value(of: DocumentSource(bytes, limit: DocumentLimits.tomlSize))
    } else {
      self = try DocumentNode(reading: DocumentSource(bytes), as: format).value
    }
  }
}

extension DocumentNode {
  /// Reads a document in a form that has places: YAML or JSON.
  init(reading source: DocumentSource, as format: DocumentFormat) throws(DocumentError) {
    switch format {
    case .yaml:
      var composer = try YAMLComposer(source)
      self = try composer.document()
    case .json:
      var scanner = JSONScanner(source)
      self = try scanner.document()
    case .toml, .csv, .tsv, .jsonLines: throw .notADocument(format)
    }
  }
}
