extension GraphPage {
  /// Buttons that mean something only to the script, which shows them.
  static let tools: StaticString = """
    <div class="tools" id="tools" hidden><button id="in" title="Closer (+)">+</button><button \
    id="out" title="Further (-)">−</button><button id="fit" title="All (0)">All</button><button \
    id="full" title="Natural size (1)">1:1</button></div>
    <canvas class="map" id="map" width="180" height="120" hidden aria-hidden="true"></canvas>

    """

  static let search: StaticString = """
    <p class="find" id="find" hidden><label for="q">Search</label> <input id="q" type="search" \
    autocomplete="off" spellcheck="false"/><output id="hits" for="q"></output></p>

    """

  /// What the style of a page adds to that of all pages and that of graphs.
  static let rules: StaticString = """
    .picture{position:relative;border:solid #d5d9de;border-width:1px 0;min-width:0}
    .canvas{overflow:auto;max-height:80vh}.canvas svg{display:block}
    .panel{padding:12px 24px 24px}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;margin:0 0 8px;padding:0;\
    font-size:12px;background:none!important}
    .legend li{display:flex;align-items:center;gap:6px}
    .sign{width:18px;height:18px;flex:none;overflow:visible}
    .find{display:flex;align-items:center;gap:8px;margin:8px 0}
    .find input{flex:1;min-width:0;font:inherit;padding:6px 8px;border:1px solid #8a929c;\
    border-radius:6px;background:#fff;color:inherit}
    .find output{color:#4d5560;white-space:nowrap;font-size:12px}
    .item{border-top:1px solid #d5d9de;content-visibility:auto;contain-intrinsic-size:auto 38px}
    .item:has(:target){background:#f3f6f9}
    summary{display:flex;flex-wrap:wrap;align-items:center;gap:2px 8px;padding:8px 4px;\
    cursor:pointer;list-style:none}
    summary::-webkit-details-marker{display:none}
    summary b{overflow-wrap:anywhere;min-width:0;max-height:7em;overflow:auto;\
    max-width:calc(100% - 26px)}
    summary span{color:#4d5560;font-size:12px;overflow-wrap:anywhere}
    summary em{font-style:normal;font-size:11px;border:1px solid #c0152f;color:#c0152f;\
    border-radius:9px;padding:0 7px}
    summary em.focus,summary em.missing{border-color:#59626d;color:#4d5560}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 14px;margin:0;\
    padding:0 4px 12px 30px}
    dt{color:#4d5560;max-width:10em;overflow-wrap:anywhere}
    dd{margin:0;overflow-wrap:anywhere;min-width:0}dd a{display:block}
    button{font:bold 13px Arial,sans-serif;min-width:36px;height:34px;padding:0 8px;\
    border:1px solid #8a929c;background:#fff;color:#1f2328;border-radius:6px;cursor:pointer}
    button:hover{background:#eef1f4}
    .canvas:focus-visible{outline-offset:-3px}
    .tools{position:absolute;right:12px;top:12px;display:flex;gap:6px;z-index:2}
    .map{position:absolute;right:12px;bottom:12px;z-index:2;background:#fff;\
    border:1px solid #8a929c;border-radius:4px;cursor:crosshair}
    .graph a{cursor:pointer;outline:none}.graph a:focus-visible .b{stroke-width:4}
    .js .canvas{overflow:hidden;touch-action:none;cursor:grab;max-height:none;height:62vh}
    .js .canvas.held{cursor:grabbing}.js .canvas svg{width:100%;height:100%}
    .far .t,.far .s,.far .l,.far .n>use{display:none}.far .b{fill:currentColor}\
    .far .failed .b,.far .damaged .b{fill:#c0152f}
    .picked .n,.picked .e{opacity:.22}.picked .on{opacity:1}.picked .e.on{stroke-width:2.4}
    .n.hit .b{stroke-width:4.5}.n.pick .b{stroke-width:4}
    @media (min-width:900px){
    .js body{display:flex;flex-direction:column;height:100vh}
    .js main{flex:1;min-height:0;display:grid;\
    grid-template-columns:1fr 340px;grid-template-rows:minmax(0,1fr)}
    .js .canvas{height:100%}.js .picture{border-width:1px 1px 0 0}
    .js .panel{overflow:auto;border-top:1px solid #d5d9de;padding:12px 16px 24px}
    }
    @media (max-width:480px){.panel{padding-left:14px;padding-right:14px}
    .map{width:120px;height:80px}dl{padding-left:8px}}
    @media (prefers-color-scheme:dark){
    button,.find input,.map{background:#0f1318;color:#e8ebef}
    .picture,.item,.js .panel{border-color:#2d343c}
    .far .failed .b,.far .damaged .b{fill:#ff6b6b}
    .find output,summary span,dt{color:#aab3be}
    button:hover{background:#20262d}.item:has(:target){background:#171d24}
    summary em{border-color:#ff6b6b;color:#ff8d8d}
    summary em.focus,summary em.missing{border-color:#a3acb7;color:#c3cad2}
    }
    @media print{
    .tools,.map,.find{display:none!important}
    .js body,.js main{display:block;height:auto}.js .canvas,.canvas{height:auto;max-height:none;\
    overflow:visible}.canvas svg{width:100%!important;height:auto!important}
    .panel{overflow:visible!important}.item{break-inside:avoid;content-visibility:visible}
    }

    """
}
