internal import Platform
package import Primitives
internal import Synchronization

extension ObjectStore {
  /// Finds out what bringing paths back from this store alone would lack.
  ///
  /// - Parameters:
  ///   - roots: What is wanted.
  ///   - progress: Told of the files that were looked up.
  /// - Returns: The first 10,000 problems, how many there are, and which roots are whole.
  /// - Throws: ``StoreError`` when the store cannot be read.
  package func closureProblems(
    of roots: [ClosureRoot], progress: ProgressCounter? = nil
  ) throws(StoreError) -> (problems: [ClosureProblem], count: Int, isComplete: [Bool]) {
    try records.refresh()
    let walk = ClosureWalk(
      from: records, forgotten: try tombstones().forgotten, scratch: root, progress: progress)
    var isComplete: [Bool] = []
    for root in roots { isComplete.append(try walk.walk(root)) }
    let findings = walk.state.withLock { $0.problems }
    return (findings.problems, findings.count, isComplete)
  }

  /// Finds out which of many roots lack something, for who wants to name all that damage concerns.
  ///
  /// - Parameters:
  ///   - roots: Paths of any number of commits.
  ///   - progress: Told of the files that were looked up.
  /// - Returns: For each root its problems, at most 10,000.
  /// - Throws: ``StoreError`` when the store cannot be read.
  package func problems(
    ofEach roots: [ClosureRoot], progress: ProgressCounter? = nil
  ) throws(StoreError) -> [[ClosureProblem]] {
    try records.refresh()
    let walk = ClosureWalk(
      from: records, forgotten: try tombstones().forgotten, scratch: root, progress: progress)
    var problems: [[ClosureProblem]] = []
    for root in roots {
      _ = try walk.walk(root)
      problems.append(
        walk.state.withLock { state in
          defer { state.problems = ClosureProblems() }
          return state.problems.problems
        })
    }
    return problems
  }

  /// Ends the belief in everything that was said to be *complete* so far.
  ///
  /// - Throws: ``StoreError`` when the store cannot be written to.
  package func raiseGeneration() throws(StoreError) {
    try records.raiseGeneration()
  }

  /// The generation that the store has now: a remover raises it, also while the store is open.
  ///
  /// - Throws: ``StoreError`` when the file `format` cannot be read.
  package func currentGeneration() throws(StoreError) -> Int {
    try RecordStore.open(at: root).format.generation
  }
}
