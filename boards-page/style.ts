/** The page's whole style: readable at a desk and on a telephone, light and dark. */
export const STYLE = `
:root { --ink:#1c232b; --soft:#5b6470; --line:#dfe4ea; --paper:#f4f6f8; --card:#fff; --accent:#3274d9; }
* { box-sizing: border-box; }
body { margin:0; background:var(--paper); color:var(--ink); font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif; }
header { padding:18px 20px 10px; max-width:1320px; margin:0 auto; }
h1 { font-size:22px; margin:0 0 2px; }
h2 { font-size:19px; margin:30px 0 0; scroll-margin-top:56px; }
h3 { font-size:12px; letter-spacing:.06em; text-transform:uppercase; color:var(--soft); margin:18px 0 8px; font-weight:600; }
.question { margin:2px 0 0; color:var(--soft); font-size:15px; }
.note { color:var(--soft); font-size:12px; margin:0; }
nav { position:sticky; top:0; z-index:2; background:rgba(244,246,248,.96); border-bottom:1px solid var(--line); }
nav div { max-width:1320px; margin:0 auto; padding:8px 20px; display:flex; gap:6px; overflow-x:auto; }
nav a { color:var(--ink); text-decoration:none; white-space:nowrap; padding:3px 10px; border-radius:12px; background:var(--card); border:1px solid var(--line); font-size:13px; }
nav a:hover { border-color:var(--accent); color:var(--accent); }
main { max-width:1320px; margin:0 auto; padding:0 20px 60px; }
.row { display:grid; grid-template-columns:repeat(24,minmax(0,1fr)); gap:10px; }
.panel { background:var(--card); border:1px solid var(--line); border-radius:6px; padding:9px 12px 10px; min-width:0; overflow:hidden; display:flex; flex-direction:column; }
.panel h4 { margin:0; font-size:13.5px; font-weight:600; }
.panel .note { margin-bottom:5px; }
.panel svg { width:100%; height:auto; display:block; }
.narrow { display:none; }
.legend { list-style:none; display:flex; flex-wrap:wrap; gap:1px 14px; margin:2px 0 0; padding:0; font-size:11.5px; color:var(--soft); }
.legend li { display:flex; align-items:center; gap:5px; min-width:0; overflow-wrap:anywhere; }
.legend i { flex:none; width:10px; height:8px; border-radius:2px; }
.number { font-size:30px; font-weight:650; line-height:1.2; margin-top:2px; overflow-wrap:anywhere; }
.numbers { display:flex; flex-wrap:wrap; gap:4px 22px; }
.numbers span { display:block; font-size:12px; color:var(--soft); font-weight:400; }
.spark { margin-top:auto; }
.empty { color:var(--soft); padding:14px 0; font-size:13px; }
.failed { color:#b02525; font-size:12px; overflow-wrap:anywhere; }
table { border-collapse:collapse; width:100%; font-size:12.5px; }
th { text-align:left; color:var(--soft); font-weight:600; padding:3px 8px 3px 0; border-bottom:1px solid var(--line); }
td { padding:3px 8px 3px 0; border-bottom:1px solid #eef1f4; vertical-align:top; overflow-wrap:anywhere; }
td.t { white-space:nowrap; }
td.n, th.n { text-align:right; white-space:nowrap; font-variant-numeric:tabular-nums; }
.scroll { overflow:auto; max-height:340px; }
.scroll.calls { max-height:170px; }
.bar { display:grid; grid-template-columns:minmax(70px,38%) 1fr auto; gap:8px; align-items:center; font-size:12.5px; margin:3px 0; }
.bar b { font-weight:500; overflow-wrap:anywhere; }
.bar i { display:block; height:10px; border-radius:3px; min-width:2px; }
.bar u { background:#eceff3; border-radius:3px; text-decoration:none; display:block; }
.bar em { font-style:normal; font-variant-numeric:tabular-nums; white-space:nowrap; }
.log { font:12px/1.5 ui-monospace,"DejaVu Sans Mono",monospace; }
.log div { border-bottom:1px solid #eef1f4; padding:2px 0; overflow-wrap:anywhere; }
.log b { font-weight:600; } .log time { color:var(--soft); } .log .ERROR,.log .CRITICAL,.log .FATAL { color:#b02525; } .log .WARN,.log .WARNING { color:#a86500; }
.log code { color:var(--soft); font-size:11px; }
.waterfall { margin-top:8px; }
.span { display:grid; grid-template-columns:minmax(0,38%) 1fr; gap:8px; font-size:12px; align-items:center; border-bottom:1px solid #f0f2f5; }
.span-name { white-space:nowrap; overflow:hidden; text-overflow:ellipsis; padding:2px 0; }
.span-track { position:relative; height:18px; }
.span-track i { position:absolute; top:4px; height:10px; border-radius:2px; min-width:2px; }
.span-track em { position:absolute; right:0; top:0; font-style:normal; color:var(--soft); font-size:11px; background:rgba(255,255,255,.8); padding:0 2px; }
details { margin-top:8px; } summary { cursor:pointer; color:var(--soft); font-size:12.5px; }
footer { max-width:1320px; margin:0 auto; padding:0 20px 40px; color:var(--soft); font-size:12.5px; }
@media (max-width:860px) {
  header { padding:14px 12px 8px; } main { padding:0 12px 40px; } nav div { padding:7px 12px; } footer { padding:0 12px 30px; }
  .row { grid-template-columns:repeat(2,minmax(0,1fr)); gap:8px; }
  .panel { grid-column:span 2 !important; }
  .panel.stat { grid-column:span 1 !important; }
  .wide { display:none; } .narrow { display:block; }
  .number { font-size:23px; }
  .span { grid-template-columns:minmax(0,46%) 1fr; }
}
@media print { nav { display:none; } }
`;
