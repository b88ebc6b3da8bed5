/** The look of every page: one column, light and dark, A4 when printed. Colours that carry meaning have the same place everywhere. */
import { type ColumnClass, MOST_COLUMNS } from './table.js';

/** Of columns that are of a kind; see the table. */
const columns = (kind: ColumnClass) =>
  Array.from({ length: MOST_COLUMNS }, (_, index) => `.${kind}-${index + 1} tr>:nth-child(${index + 1})`).join();

export const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--wash:#f3f5f7;--link:#0b57d0;
--todo:#6e7781;--doing:#0969da;--done:#1a7f37;--flag:#9a6700;--heat:9 105 218;
--c1:#0072b2;--c2:#b35c00;--c3:#007a5e;--c4:#a8487f;--c5:#5b6ec9;--c6:#7a6a00;--c7:#c0392b;--c8:#50626e;--other:#7d8590;--text:6.5rem;--long:15rem;--named:14rem}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--paper:#0f1318;--ink:#e6edf3;--soft:#9ea7b3;--line:#363d46;--wash:#181d23;--link:#79b8ff;
--todo:#9198a1;--doing:#58a6ff;--done:#3fb950;--flag:#d29922;--heat:88 166 255;
--c1:#56b4e9;--c2:#e69f00;--c3:#2fc49a;--c4:#e29cc4;--c5:#9aa8f5;--c6:#d8c84a;--c7:#ff8b7a;--c8:#a3b3bd;--other:#9198a1}}
:root[data-theme=dark]{color-scheme:dark;--paper:#0f1318;--ink:#e6edf3;--soft:#9ea7b3;--line:#363d46;--wash:#181d23;--link:#79b8ff;
--todo:#9198a1;--doing:#58a6ff;--done:#3fb950;--flag:#d29922;--heat:88 166 255;
--c1:#56b4e9;--c2:#e69f00;--c3:#2fc49a;--c4:#e29cc4;--c5:#9aa8f5;--c6:#d8c84a;--c7:#ff8b7a;--c8:#a3b3bd;--other:#9198a1}
:root[data-theme=light]{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:72rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere;text-wrap:balance}h2{font-size:1.15rem;margin:2.5rem 0 .5rem}
.whole{white-space:nowrap}p{margin:.25rem 0}.soft{color:var(--soft)}.answer{font-size:1.2rem;margin:1.25rem 0}.missing{color:var(--flag)}.missing::before{content:"! ";font-weight:700}
.answers{padding:0;margin:1.25rem 0;list-style:none}.answers li{display:flex;gap:1rem;align-items:center;padding:.4rem 0;border-top:1px solid var(--line)}.answers li:last-child{border-bottom:1px solid var(--line)}.answers a{color:inherit;text-decoration:none}.answers a:hover{text-decoration:underline}.answers strong{color:var(--link);display:block;font-size:.9rem;font-weight:600}.small{flex:0 0 10rem}.small svg{min-width:0}
a{color:var(--link)}:focus-visible{outline:2px solid var(--link);outline-offset:2px}.plot :focus-visible{outline-offset:-2px}
figure{margin:.75rem 0}figcaption{color:var(--soft);font-size:.9rem}
figure .plot{overflow-x:auto}svg{display:block;width:100%;min-width:46rem;height:auto;background:none;overflow:visible;font-size:12px}svg text,svg tspan{white-space:pre}
.box{overflow:auto;max-height:85vh;border:1px solid var(--line);border-radius:4px}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.9rem}
th,td{padding:.3rem .55rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line);background:var(--paper)}
thead th{position:sticky;top:0;color:var(--soft);font-weight:600;white-space:normal;vertical-align:bottom;z-index:1}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;max-width:22rem;z-index:1}table:not(.left-1) tbody th:first-child{white-space:normal;overflow-wrap:break-word}.named tbody th:first-child{min-width:var(--named)}
thead th:first-child{z-index:2}tbody th{font-weight:400}.deep tr.level-0>*{font-weight:600}tr.level-1>:first-child{padding-left:1.5rem}tr.level-2>:first-child{padding-left:2.5rem}
${columns('left')}{text-align:left}${columns('text')}{text-align:left;white-space:normal;min-width:var(--text);max-width:20rem;overflow-wrap:break-word}${columns('long')}{min-width:var(--long);width:40%;max-width:none}th.total,td.total{position:sticky;right:0;font-weight:600;border-left:1px solid var(--line)}table.grid th,table.grid td{padding:.25rem .4rem}table.grid th:first-child,table.grid td:first-child{max-width:16rem}table.grid thead th{white-space:pre;line-height:1.2}tfoot th,tfoot td{font-weight:700;border-bottom:0;border-top:1px solid var(--soft)}
.weekend{background-color:var(--wash)}td.heat-1{background:rgb(var(--heat)/.1)}td.heat-2{background:rgb(var(--heat)/.2)}td.heat-3{background:rgb(var(--heat)/.3)}td.heat-4{background:rgb(var(--heat)/.4)}
td.short{outline:1px dashed var(--flag);outline-offset:-2px}
td a.cell{color:inherit;text-decoration:none;display:block}td a.cell:hover{text-decoration:underline}
tr:target{scroll-margin-top:4rem}tr:target>*{background:var(--wash);outline:1px solid var(--link)}
details{margin:.5rem 0}summary{cursor:pointer;color:var(--link)}
.swatch{display:inline-block;width:.8em;height:.8em;margin-right:.35em;vertical-align:-.05em}.keys{display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.9rem;margin:.25rem 0;padding:0;list-style:none}
${Array.from({ length: 8 }, (_, index) => `.k${index + 1}{background:var(--c${index + 1})}`).join('')}.k0{background:var(--other)}.k-todo{background:var(--todo)}.k-doing{background:var(--doing)}.k-done{background:var(--done)}.k-flag{background:var(--flag)}
#theme{float:right;margin-left:.75rem;font:inherit;font-size:.85rem;color:var(--soft);background:none;border:1px solid var(--line);border-radius:4px;padding:.2rem .6rem;cursor:pointer}
#tip{position:fixed;pointer-events:none;max-width:22rem;padding:.35rem .6rem;border-radius:4px;background:var(--ink);color:var(--paper);font-size:.85rem;white-space:pre-line;z-index:9}#tip[hidden]{display:none}
.mark{outline:none}.mark:focus,.mark.at{stroke:var(--ink);stroke-width:2px}
@media (prefers-reduced-motion:no-preference){#tip{transition:opacity .1s}}
@media (max-width:56rem){svg{font-size:14px}}
@media (max-width:40rem){main{padding:1rem .75rem 3rem}main{--named:9rem}th:first-child,td:first-child{max-width:10rem}.small{flex-basis:6rem}.answers li{gap:.6rem}}
@page{size:A4;margin:14mm}@page wide{size:A4 landscape;margin:10mm}
@media print{:root,:root[data-theme=dark]{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--wash:#f0f0f0;--link:#000;--heat:9 105 218;--c1:#0072b2;--c2:#b35c00;--c3:#007a5e;--c4:#a8487f;--c5:#5b6ec9;--c6:#7a6a00;--c7:#c0392b;--c8:#50626e;--other:#7d8590}
main{--text:4.5rem;--long:11rem;--named:12rem}html{font-size:9pt}body{font-size:9pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}#theme,#tip{display:none}
thead th,th:first-child,td:first-child,th.total,td.total{position:static}.plot{overflow:visible}svg{min-width:0;font-size:14px}.small{flex-basis:8rem}.box{overflow:visible;max-height:none;border:0}table{font-size:7pt}tfoot{display:table-row-group}.wide table{font-size:5.5pt}.wide th,.wide td{padding:.1rem .15rem}section:has(.wide){page:wide}.wide{--named:8rem}th,td{padding:.12rem .25rem}figure,tr,.answers li{break-inside:avoid}h2,h2+p,.keys,summary{break-after:avoid}
details::details-content{content-visibility:visible;display:block;height:auto}}
`.trim();
