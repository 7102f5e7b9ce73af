import Arguments
import Commands
import Foundation
import Primitives
import TestSupport
import Testing

/// Rules that every command's declaration keeps, so that help reads as if one person wrote it.
@Suite struct CommandDeclarationTests {
  @Test(arguments: Tool.spec.commands.map(\.name))
  func `a declaration keeps to the conventions`(name: String) throws {
    let spec = try #require(Tool.spec.command(name))
    #expect(spec.summary.first?.isUppercase == true && !spec.summary.hasSuffix("."))
    #expect(spec.summary.count <= 60, "a summary fits a line of the list of commands")
    #expect(spec.discussion.hasSuffix("."), "a discussion is sentences")
    #expect(spec.discussion.count(where: { $0 == "`" }).isMultiple(of: 2))
    #expect(!spec.examples.isEmpty)
    for example in spec.examples {
      #expect(!example.meaning.hasSuffix(".") && example.meaning.first?.isUppercase == true)
    }
    for parameter in spec.parameters {
      #expect(!parameter.help.hasSuffix("."), "\(parameter.spelling)")
      #expect(parameter.help.first?.isLowercase == false, "\(parameter.spelling)")
      if parameter.isNamed {
        let allowed = parameter.name?.allSatisfy { $0.isLowercase || $0 == "-" } ?? true
        #expect(allowed, "\(parameter.spelling)")
        #expect(parameter.placeholder?.contains { $0.isLowercase } != true)
      } else {
        #expect(parameter.name == parameter.name?.uppercased(), "\(parameter.spelling)")
      }
    }
  }

  @Test(arguments: Tool.spec.commands.map(\.name))
  func `no two parameters are written alike`(name: String) throws {
    let parameters = try #require(Tool.spec.command(name)).parameters + CommonOptions.all
    let names = parameters.compactMap(\.name)
    #expect(Set(names).count == names.count)
    let letters = parameters.compactMap(\.short)
    #expect(Set(letters).count == letters.count)
    let rows = parameters.filter { parameter in
      if case .operand(minimum: _, maximum: nil) = parameter.kind { return true }
      return false
    }
    #expect(rows.count <= 1, "only one operand may be any number of words")
  }

  @Test(arguments: Tool.spec.commands.flatMap(\.examples).map(\.line))
  func `an example is a command line that fits`(line: String) throws {
    let words = try words(of: line)
    #expect(words.first == "shale")
    #expect(throws: Never.self) {
      guard case .run(let spec, let arguments) = try Tool.spec.parse(Array(words.dropFirst()))
      else { return }
      let type = try #require(Tool.commands.first { $0.spec.name == spec.name })
      _ = try type.init(arguments)
    }
  }

  @Test(arguments: Tool.spec.commands.map(\.name))
  func `a declaration refers to what there is`(name: String) throws {
    let spec = try #require(Tool.spec.command(name))
    for related in spec.related {
      #expect(Tool.spec.command(related) != nil || Tool.spec.family(related) != nil, "\(related)")
    }
    for status in spec.statuses {
      #expect(DocumentedStatus.special.contains(status) || status.code > 6, "\(status.code)")
    }
    let words = name.split(separator: " ")
    #expect(words.count == 1 || Tool.spec.family(String(words[0])) != nil)
  }

  @Test func `commands have different names`() {
    let names = Tool.spec.commands.map(\.name)
    #expect(Set(names).count == names.count)
    for family in Tool.spec.families { #expect(!names.contains(family.name), "\(family.name)") }
  }

  @Test func `one command, one file, named after it`() throws {
    let root = ProjectRoot.file("Sources/Commands")
    let files = try #require(FileManager.default.enumerator(atPath: root.path))
      .compactMap { ($0 as? String)?.split(separator: "/").last.map { String($0) } }
      .filter { $0.hasSuffix("Command.swift") && $0 != "Command.swift" }
    #expect(files.sorted() == Tool.commands.map { "\($0).swift" }.sorted())
  }

  /// The words that a shell makes of a line: quotes are honoured, redirections dropped.
  private func words(of line: String) throws -> [ByteString] {
    let command = line.split(separator: " > ", maxSplits: 1)[0].split(separator: " | ")[0]
    let script = "printf '%s\\0' \(command)"
    let output = try Program.succeed("sh", ["-f", "-c", ByteString(script)]).output
    return output.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      .map { ByteString($0) }
  }
}
