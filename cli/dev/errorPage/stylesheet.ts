/** How the error page looks: light or dark, as the browser is. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --page: #f7f6f3; --card: #ffffff; --ink: #23221f; --soft: #75726a; --faint: #e5e2da;
  --accent: #b3372b; --mark: #fdf0ec; --edge: #d9644f; --link: #2f5f98; --hint: #f3efe2;
  --keyword: #7a3e9d; --string: #3f7a3a; --number: #9a5b13; --comment: #8c887d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #191a1c; --card: #212327; --ink: #e4e2dc; --soft: #98958c; --faint: #34363b;
    --accent: #f0897a; --mark: #3a2624; --edge: #d9644f; --link: #8db7e8; --hint: #2b2a23;
    --keyword: #c9a0e4; --string: #9cc68f; --number: #dfae72; --comment: #7f7c74;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main { max-width: 60rem; margin: 0 auto; padding: 3rem 1.5rem 4rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
.top { display: flex; flex-wrap: wrap; gap: .35rem .9rem; align-items: baseline; color: var(--soft); }
.status { color: var(--accent); font-weight: 600; }
.top code { overflow-wrap: anywhere; }
h1 {
  margin: .5rem 0 1.25rem; font-size: 1.6rem; line-height: 1.3; font-weight: 600;
  white-space: pre-wrap; overflow-wrap: anywhere; max-height: 14em; overflow: auto;
}
h2 { margin: 2.5rem 0 .6rem; font-size: .95rem; font-weight: 600; color: var(--soft); }
p { margin: .75rem 0; overflow-wrap: anywhere; }
.hint { background: var(--hint); border-radius: 8px; padding: .65rem .95rem; white-space: pre-wrap; }
.hint b { font-weight: 600; }
code, pre, .place, table { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px; }
.code { margin: 1.25rem 0; background: var(--card); border: 1px solid var(--faint); border-radius: 10px; overflow: hidden; }
figcaption {
  display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between;
  padding: .5rem .95rem; border-bottom: 1px solid var(--faint); color: var(--soft);
}
figcaption .place { color: var(--ink); }
.links { display: flex; gap: 1rem; font-size: 13px; }
button { font: inherit; color: var(--link); background: none; border: 0; padding: 0; cursor: pointer; }
button:hover { text-decoration: underline; }
.code pre { margin: 0; padding: .5rem 0; overflow-x: auto; line-height: 1.65; }
.code code { display: inline-block; min-width: 100%; }
.line { padding-right: 1rem; border-left: 3px solid transparent; }
.marked { background: var(--mark); border-left-color: var(--edge); }
.number { display: inline-block; width: 3.6em; padding-right: 1.2em; text-align: right; color: var(--soft); opacity: .75; user-select: none; }
.text { white-space: pre; }
i { font-style: normal; }
i.keyword { color: var(--keyword); } i.string { color: var(--string); }
i.number { display: inline; width: auto; padding: 0; opacity: 1; color: var(--number); }
i.comment { color: var(--comment); }
u { text-decoration: underline wavy var(--edge) 1.5px; text-underline-offset: 4px; text-decoration-skip-ink: none; }
.traceback { list-style: none; margin: 0; padding: 0; border: 1px solid var(--faint); border-radius: 10px; background: var(--card); overflow: hidden; }
.traceback li + li { border-top: 1px solid var(--faint); }
.traceback summary, .builtin { padding: .5rem .95rem; color: var(--soft); overflow-wrap: anywhere; }
.traceback summary { cursor: pointer; }
.traceback .place { color: var(--ink); margin-right: .6em; }
.traceback .code { margin: 0; border-width: 1px 0 0; border-radius: 0; }
.builtin { padding-left: 1.95rem; }
small { font-size: 12px; opacity: .75; margin-left: .4em; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .25rem .9rem .25rem 0; text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
th { width: 13rem; color: var(--soft); }
th.method { width: 6rem; }
td.function, .hidden { color: var(--soft); }
.hidden { font-style: italic; }
section > details { margin-top: .6rem; }
section > details > summary { color: var(--soft); cursor: pointer; }
pre.value { margin: .4rem 0 0; padding: .65rem .95rem; background: var(--card); border: 1px solid var(--faint); border-radius: 8px; max-height: 24rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--faint); color: var(--soft); font-size: 13px; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
footer button { font-size: 13px; }
#state::before { content: ""; display: inline-block; width: 8px; height: 8px; margin-right: .55em; border-radius: 50%; background: var(--soft); }
#state.live::before { background: #4c9a5b; }
@media (max-width: 40rem) { main { padding-top: 1.5rem; } th { width: 8rem; } h1 { font-size: 1.3rem; } }
`;
