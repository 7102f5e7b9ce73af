internal import Git
package import Lineage

extension Project {
  /// The runs that are known in this clone; nothing is read yet.
  package func runs() -> RunCatalog { RunCatalog(RunDirectory(layout.runs), git: git) }
}
