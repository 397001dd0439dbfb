/** How the page looks: light or dark, as the browser is. */
import { MAX_INDENT } from "./marks.ts";

/** Long lines go on below, indented a little further than they began. */
const INDENTS = Array.from({ length: MAX_INDENT + 1 }, (_, indent) => {
  const hang = indent + 4;
  return `.hang-${String(indent)}{padding-left:calc(4.2rem + ${String(hang)}ch);text-indent:-${String(hang)}ch}`;
}).join("\n");

export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --page: #f7f6f3; --card: #ffffff; --ink: #23221f; --soft: #75726a; --faint: #e5e2da; --link: #2f5f98;
  --linked: #fff3cf; --current: #ffe6a3; --edge: #d9a521; --wait: #2f7fb8; --box: #b3651b;
  --good: #2f7a45; --good-back: #e6f3e8; --fair: #8a6510; --fair-back: #f8efd8; --bad: #b3372b; --bad-back: #fbe9e5;
  --keyword: #7a3e9d; --string: #3f7a3a; --number: #9a5b13; --comment: #8c887d; --invented: #6a7684;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #191a1c; --card: #212327; --ink: #e4e2dc; --soft: #98958c; --faint: #34363b; --link: #8db7e8;
    --linked: #37321f; --current: #4a4224; --edge: #d9a521; --wait: #6cb6ea; --box: #eaa562;
    --good: #8fd0a0; --good-back: #22352a; --fair: #e3c277; --fair-back: #383020; --bad: #f0897a; --bad-back: #3d2723;
    --keyword: #c9a0e4; --string: #9cc68f; --number: #dfae72; --comment: #7f7c74; --invented: #97a3b2;
  }
}
* { box-sizing: border-box; }
html, body { height: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink); display: flex; flex-direction: column;
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
header { padding: .8rem 1.2rem .7rem; display: flex; flex-wrap: wrap; gap: .15rem 1.5rem; align-items: baseline; }
h1 { margin: 0; font-size: 1.15rem; font-weight: 600; overflow-wrap: anywhere; }
h2 { margin: 0; font-size: .85rem; font-weight: 600; color: var(--soft); }
header p { margin: 0; color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin-left: auto; font-size: 12.5px; }
kbd { font: inherit; font-size: 11.5px; border: 1px solid var(--faint); border-bottom-width: 2px; border-radius: 4px; padding: 0 .35em; background: var(--card); }
.problem { flex-basis: 100%; margin: .5rem 0 0; padding: .55rem .9rem; border-radius: 8px; background: var(--bad-back); color: var(--bad); white-space: pre-wrap; overflow-wrap: anywhere; max-height: 10em; overflow: auto; }
main { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(11rem, 15rem) minmax(0, 2fr) minmax(0, 3fr); gap: .7rem; padding: 0 1.2rem 1.2rem; }
nav, .pane { min-height: 0; background: var(--card); border: 1px solid var(--faint); border-radius: 10px; overflow: hidden; display: flex; flex-direction: column; }
nav h2, .bar { padding: .45rem .9rem; border-bottom: 1px solid var(--faint); }
.bar { display: flex; gap: 1.2rem; }
.bar button { font: inherit; font-size: .85rem; font-weight: 600; color: var(--soft); background: none; border: 0; border-bottom: 2px solid transparent; margin-bottom: calc(-.45rem - 1px); padding: 0 0 .4rem; cursor: pointer; }
.bar button[aria-selected="true"] { color: var(--ink); border-bottom-color: var(--edge); }
.bar button:disabled { opacity: .45; cursor: default; }
ul { list-style: none; margin: 0; padding: .3rem 0; overflow: auto; }
.function { display: flex; gap: .5em; align-items: baseline; width: 100%; padding: .22rem .9rem; border: 0; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
.function:hover, .function[aria-expanded="true"] { background: var(--linked); }
.name { flex: 1; overflow-wrap: anywhere; font-weight: 500; }
.at, .mark { color: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; white-space: nowrap; }
.at { min-width: 2.2em; text-align: right; } .mark { min-width: 2.6em; }
.dot { flex: none; width: 8px; height: 8px; border-radius: 50%; background: var(--soft); align-self: center; }
.dot.good { background: var(--good); } .dot.fair { background: var(--edge); } .dot.bad { background: var(--bad); } .dot.quiet { opacity: .35; }
.facts { padding: .25rem .9rem .7rem; font-size: 12.5px; border-bottom: 1px solid var(--faint); }
.facts p { margin: .15rem 0; overflow-wrap: anywhere; }
.facts .good { color: var(--good); } .facts .bad { color: var(--bad); } .facts .fair { color: var(--fair); } .facts .quiet, .facts .note { color: var(--soft); }
dl { margin: .3rem 0 0; display: grid; grid-template-columns: auto 1fr; gap: .1rem .8rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.lines { flex: 1; min-height: 0; overflow: auto; padding: .4rem 0; font: 12.5px/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; tab-size: 4; }
.lines:focus-visible, button:focus-visible { outline: 2px solid var(--edge); outline-offset: -2px; }
.line { position: relative; min-height: 1.6em; content-visibility: auto; contain-intrinsic-height: auto 1.6em; padding-right: .9rem; border-left: 3px solid transparent; cursor: pointer; white-space: pre-wrap; overflow-wrap: anywhere; }
.line.first { margin-top: .8rem; }
.number { position: absolute; left: 0; width: 2.9rem; text-align: right; color: var(--soft); opacity: .7; user-select: none; text-indent: 0; }
.idle { cursor: default; } .idle .number { opacity: .35; }
.linked { background: var(--linked); }
.current { background: var(--current); border-left-color: var(--edge); }
b.wait { display: inline-block; width: 7px; height: 7px; border-radius: 50%; border: 2px solid var(--wait); background: var(--wait); text-indent: 0; }
.line b.wait { position: absolute; left: 3.25rem; top: .55em; }
b.wait.maybe { border-width: 1.5px; background: none; opacity: .6; }
.mark b.wait { margin-right: .3em; }
i { font-style: normal; }
i.keyword { color: var(--keyword); } i.string { color: var(--string); } i.number { color: var(--number); position: static; opacity: 1; }
i.comment { color: var(--comment); } i.invented { color: var(--invented); }
.boxed { color: var(--box); }
i.boxed { text-decoration: underline 1.5px; text-underline-offset: 3px; }
.mark.boxed::before { content: "▣ "; }
.line .note { text-indent: 0; display: inline-block; margin: 0 0 0 1.2em; padding: 0 .6em; border-radius: 6px; font: 12px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; white-space: normal; }
.line .note.good { color: var(--good); background: var(--good-back); } .line .note.fair { color: var(--fair); background: var(--fair-back); }
.line .note.bad { color: var(--bad); background: var(--bad-back); } .line .note.quiet { color: var(--soft); }
@media (max-width: 60rem) {
  body { height: auto; } main { display: flex; flex-direction: column; } nav { max-height: 14rem; } .pane { height: 70vh; } .keys { display: none; }
}
${INDENTS}
`;
