/// A page of HTML that needs nothing but itself.
///
/// Its policy lets a browser use the one style and the one script that it was made with, named by
/// their hashes, pictures that stand in it, and nothing else: neither another script nor any address.
struct Page: Sendable {
  /// A style or a script, and its hash as a policy names it.
  struct Asset: Sendable {
    /// The text, in parts.
    let parts: [StaticString]

    /// `sha256-` and the SHA-256 in base 64 of the text; a test checks it.
    let hash: StaticString
  }

  let title: String
  let style: Asset

  /// What the page adds where scripts may run, if anything.
  let script: Asset?

  /// Whether the page has pictures, which it then holds itself.
  var showsPictures = false

  /// The page as text.
  ///
  /// - Parameter body: Writes what `<body>` holds.
  func html(_ body: (inout Markup) -> Void) -> String {
    var markup = Markup()
    markup.fixed("<!DOCTYPE html>\n")
    markup.element("html", ["lang": "en"]) { markup in
      markup.element("head", content: writeHead)
      markup.fixed("\n")
      markup.element("body") { markup in
        markup.fixed("\n")
        body(&markup)
        if let script {
          markup.element("script") { for part in script.parts { $0.fixed(part) } }
        }
      }
    }
    markup.fixed("\n")
    return markup.text
  }

  private func writeHead(to markup: inout Markup) {
    let scripts = script.map { "script-src '\($0.hash)'; " } ?? ""
    let pictures = showsPictures ? "img-src data:; " : ""
    let policy =
      "default-src 'none'; style-src '\(style.hash)'; \(scripts)\(pictures)"
      + "base-uri 'none'; form-action 'none'"
    markup.empty("meta", ["charset": "utf-8"])
    markup.empty("meta", ["http-equiv": "Content-Security-Policy", "content": policy])
    markup.empty("meta", ["name": "generator", "content": "Shale"])
    markup.empty("meta", ["name": "referrer", "content": "no-referrer"])
    markup.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
    markup.empty("meta", ["name": "color-scheme", "content": "light dark"])
    markup.element("title", text: title)
    markup.fixed("\n")
    markup.element("style") { for part in style.parts { $0.fixed(part) } }
  }
}
