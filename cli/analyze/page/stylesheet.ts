/** How the page looks: light or dark, as the browser is. */
const HUES = [28, 45, 75, 150, 190, 215, 265, 320];

const FRAME_COLOURS = HUES.map(
  (hue, index) => `.hue-${String(index)} rect{fill:hsl(${String(hue)} var(--frame))}`,
).join("\n");

export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --page: #f7f6f3; --card: #ffffff; --ink: #23221f; --soft: #75726a; --faint: #e5e2da;
  --frame: 75% 78%; --failed: #f0a59b; --good: #5b9bd0; --bad: #d0574a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #191a1c; --card: #212327; --ink: #e4e2dc; --soft: #98958c; --faint: #34363b;
    --frame: 35% 32%; --failed: #8c3a30; --good: #4d83b0; --bad: #c0564a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem 2rem 4rem; max-width: 1500px; background: var(--page); color: var(--ink);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; }
p { margin: .2rem 0; color: var(--soft); }
.figures { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.2rem 0; padding: 0; }
.figures div { background: var(--card); border: 1px solid var(--faint); border-radius: 8px; padding: .5rem 1rem; min-width: 6.5rem; }
.figures dt { color: var(--soft); font-size: .8rem; }
.figures dd { margin: 0; font-size: 1.2rem; font-variant-numeric: tabular-nums; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); pointer-events: none; }
svg tspan { fill: var(--soft); }
.frame { cursor: pointer; overflow: hidden; }
.frame[hidden] { display: none; }
.frame.around { opacity: .55; }
.frame:hover rect, .frame:focus rect { stroke: var(--ink); stroke-width: 2; }
.frame:focus { outline: none; }
${FRAME_COLOURS}
.failed rect { fill: var(--failed); }
#detail { min-height: 3em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; background: var(--card); }
th, td { text-align: right; padding: .3rem .7rem; border-bottom: 1px solid var(--faint); font-variant-numeric: tabular-nums; }
th { color: var(--soft); font-weight: 500; }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
details { background: var(--card); border: 1px solid var(--faint); border-radius: 8px; padding: .5rem 1rem; margin: .4rem 0; }
summary { cursor: pointer; }
summary code, summary time { color: var(--soft); margin-left: .8rem; overflow-wrap: anywhere; }
.status { margin-left: .5rem; }
.status.bad { color: var(--bad); }
.waterfall { margin-top: .6rem; }
.waterfall .good rect { fill: var(--good); }
.waterfall .bad rect { fill: var(--bad); }
`;
