extension ChartPage {
  /// What the style of a page adds to that of all pages and that of charts.
  static let rules: StaticString = """
    nav{padding:0 24px 12px;display:flex;flex-wrap:wrap;gap:4px 16px}
    nav a{overflow-wrap:anywhere;padding:3px 0;max-height:3em;overflow:hidden}
    main{padding:0 24px 32px;display:grid;gap:20px;\
    grid-template-columns:repeat(auto-fill,minmax(min(100%,460px),1fr))}
    figure{margin:0;position:relative;border:1px solid #d5d9de;border-radius:8px;padding:12px;\
    min-width:0;align-self:start;max-width:760px}
    h2{font-size:15px;margin:0 2px 4px;overflow-wrap:anywhere;max-height:5em;overflow:auto}
    .chart{width:100%;height:auto;display:block;touch-action:pan-y}
    .note{margin:4px 2px;color:#4d5560;font-size:12px}
    details{margin-top:6px}summary{cursor:pointer;padding:6px 2px;color:#0b62b0}
    .scroll{overflow:auto;max-height:340px}
    table{border-collapse:collapse;font-size:12px;font-variant-numeric:tabular-nums}
    caption{text-align:left;color:#4d5560;padding:2px 2px 6px}
    th,td{text-align:right;padding:3px 10px 3px 2px;border-top:1px solid #e3e6ea;\
    min-width:4em;max-width:16em;overflow-wrap:anywhere;vertical-align:top}
    th{text-align:left}thead th{position:sticky;top:0;background:#fff}
    tbody th{font-weight:normal}
    .tip{position:absolute;pointer-events:none;background:#fff;border:1px solid #8a929c;\
    border-radius:6px;padding:6px 9px;font-size:12px;max-width:260px;z-index:3;\
    box-shadow:0 2px 8px #0003;overflow-wrap:anywhere}
    .tip div{display:flex;gap:7px;align-items:center}.tip b{margin-left:auto;padding-left:10px}
    .tip i{width:10px;height:10px;border-radius:2px;background:currentColor;flex:none}
    .guide{stroke:#59626d;stroke-dasharray:3 3;fill:none;pointer-events:none}
    .spot{fill:currentColor;stroke:#fff;stroke-width:1.5;pointer-events:none}
    .at:hover .bar,.at:hover .cell{stroke:#1f2328;stroke-width:2}
    @media (max-width:480px){main,nav{padding-left:12px;padding-right:12px}figure{padding:10px 8px}
    .chart{font-size:15px}.num{display:none}}
    @media (prefers-color-scheme:dark){
    figure{border-color:#2d343c}.note,caption{color:#aab3be}summary{color:#6cb2f7}
    th,td{border-color:#262d35}thead th,.tip{background:#171d24}.guide{stroke:#aab3be}
    .spot{stroke:#0f1318}.at:hover .bar,.at:hover .cell{stroke:#e8ebef}
    }
    @media print{.tip{display:none}figure{break-inside:avoid}main{display:block}
    figure{margin-bottom:16px;max-width:14cm}.scroll{max-height:none;overflow:visible}}

    """
}
