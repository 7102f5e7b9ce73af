import Primitives
import TestSupport
import Testing

/// A page as a parser of Python's standard library understands it.
struct ParsedPage {
  /// Each element as `name class class`, in the order of their beginnings.
  let elements: [String]

  /// All text and all values of attributes.
  let text: String

  /// Reads SVG as XML.
  init(svg: String) throws {
    try self.init(svg, script: Self.readXML)
  }

  /// Reads several pictures at once: a program is slow to start.
  init(svgs: [String]) throws {
    try self.init("<all>\(svgs.joined())</all>", script: Self.readXML)
  }

  /// Reads HTML, in which every element has to be closed as it was opened.
  init(html: String) throws {
    try self.init(html, script: Self.readHTML)
  }

  private init(_ source: String, script: ByteString) throws {
    let result = try Program.succeed("python3", ["-c", script], input: Array(source.utf8))
    let parts = result.text.split(separator: "\u{1E}", omittingEmptySubsequences: false)
    elements = try #require(parts.first).split(separator: "\n").map(String.init)
    text = String(try #require(parts.last))
  }

  /// How many elements have a name and a class.
  func count(_ name: Substring, _ className: Substring) -> Int {
    elements.count { element in
      let words = element.split(separator: " ")
      return words.first == name && words.dropFirst().contains(className)
    }
  }

  private static let readXML: ByteString = """
    import sys, xml.etree.ElementTree as tree
    elements, texts = [], []
    for element in tree.fromstring(sys.stdin.buffer.read()).iter():
        name = element.tag.split('}')[-1]
        elements.append(name + ' ' + element.get('class', ''))
        if name != 'style':
            texts += [element.text or '', element.tail or ''] + list(element.attrib.values())
    sys.stdout.buffer.write(('\\n'.join(elements) + '\\x1e' + ''.join(texts)).encode())
    """

  private static let readHTML: ByteString = """
    import sys, html.parser
    class Reader(html.parser.HTMLParser):
        elements, texts, open = [], [], []
        def start(self, name, attributes):
            self.elements.append(name + ' ' + (dict(attributes).get('class') or ''))
            self.texts.extend(value or '' for _, value in attributes)
            assert len(dict(attributes)) == len(attributes), attributes
            assert not any(name.startswith('on') or name == 'style' for name, _ in attributes)
        def handle_starttag(self, name, attributes):
            self.start(name, attributes)
            self.open.append(name)
        def handle_startendtag(self, name, attributes):
            self.start(name, attributes)
        def handle_endtag(self, name):
            assert self.open.pop() == name, name
        def handle_data(self, data):
            if self.open[-1:] not in (['style'], ['script']):
                self.texts.append(data)
    reader = Reader()
    reader.feed(sys.stdin.buffer.read().decode())
    reader.close()
    assert not reader.open, reader.open
    sys.stdout.buffer.write(('\\n'.join(reader.elements) + '\\x1e' + ''.join(reader.texts)).encode())
    """
}

/// Checks that the policy of a page names the hashes of its one style and its one script.
///
/// When one of them was changed on purpose, the right hash is in what is reported.
func expectPolicy(
  of html: String, sourceLocation location: SourceLocation = #_sourceLocation
) throws {
  let script: ByteString = """
    import base64, hashlib, re, sys
    page = sys.stdin.buffer.read()
    def hashes(tag):
        texts = re.findall(b'<%s>(.*?)</%s>' % (tag, tag), page, re.S)
        assert len(texts) == 1, tag
        return "'sha256-%s'" % base64.b64encode(hashlib.sha256(texts[0]).digest()).decode()
    print("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'"
        % (hashes(b'style'), hashes(b'script')))
    """
  let expected = try Program.succeed("python3", ["-c", script], input: Array(html.utf8)).line
  let escaped = expected.replacing("'", with: "&#39;")
  let head = "<meta http-equiv=\"Content-Security-Policy\" content=\""
  #expect(html.contains("\(head)\(escaped)\"/>"), "\(expected)", sourceLocation: location)
}
