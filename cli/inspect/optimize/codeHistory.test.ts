/**
 * Logs as V8 wrote them, cut down to one script:
 *
 *     local function add(a, b) return a + b end                             line 7 of the emitted code
 *     local function sum(n) ... total = add(total, i) ... end               line 16
 *     sum(1000) 3000 times; add("5", "6"); sum("100"); sum(1000) 3000 times
 */
import { CodeHistoryReader, type CodeHistory } from "./codeHistory.ts";
import { readLogLine } from "./v8Log.ts";

const NODE_20 = `v8-version,11,3,244,8,-node.38,0
code-creation,Builtin,2,18792,0x18c5d00,844,CallWrappedFunction
script-source,720,lua:1/hot.lua,"use strict";\\nvar {NONE: $NONE\\x2C SUSP: $SUSP} = $rt;
code-creation,JS,10,940590,0x47097e3191e,218, lua:1/hot.lua:1:1,0x47097e315e0,~
code-creation,JS,10,941149,0x47097e343ae,5,$make1 lua:1/hot.lua:7:16,0x47097e316e8,~
code-creation,JS,10,941198,0x47097e347ee,192,sum lua:1/hot.lua:16:35,0x47097e34488,~
code-creation,JS,10,941247,0x47097e34c56,80,add lua:1/hot.lua:7:34,0x47097e34310,~
code-creation,JS,11,941284,0x7fe4540b3b80,1436,sum lua:1/hot.lua:16:35,0x47097e34488,^
code-creation,JS,13,942055,0x7fe4540b4f80,264,add lua:1/hot.lua:7:34,0x47097e34310,*
code-source-info,0x7fe4540b4f80,720,516,761,C0O516C39O572C116O651C121O631C161O714C194O516,,
code-creation,JS,13,942806,0x7fe4540b50c0,436,sum lua:1/hot.lua:16:35,0x47097e34488,*
code-source-info,0x7fe4540b50c0,720,797,1219,C0O797C39O893C90O935C117O1160,F0O1045,S0x47097e34310
code-deopt,944807,320,0x7fe4540b4f80,-1,651,deopt-eager,<lua:1/hot.lua:11:84>,Insufficient type feedback for call
`;

const NODE_22 = `v8-version,12,4,254,21,-node.33,0
code-creation,JS,9,364844,0x16a14e4b4148,192,sum lua:1/hot.lua:16:35,0x11e41d4b0ac8,~
code-creation,JS,9,364908,0x16a14e4b4430,80,add lua:1/hot.lua:7:34,0x11e41d4b09b8,~
code-creation,JS,9,364950,0x16a14e4b5000,44,forNumber file:///app/a\\x2Cb.js:679:1,0x1badbf081c40,~
code-creation,JS,9,364951,0x16a14e4b5100,30,toNumber file:///app/a\\x2Cb.js:1646:1,0x1badbf0bdbc8,~
code-creation,JS,12,366163,0x7f5b8e8637c0,280,add lua:1/hot.lua:7:34,0x11e41d4b09b8,*
code-creation,JS,12,367426,0x7f5b8e863940,516,sum lua:1/hot.lua:16:35,0x11e41d4b0ac8,*
code-source-info,0x7f5b8e863940,304,797,1219,C0O797C47O56349I2C77O56396I2,F0O1045F1O893F2O24908I1,S0x11e41d4b09b8S0x1badbf081c40S0x1badbf0bdbc8
code-deopt,371631,576,0x7f5b8e863940,2,56431,deopt-eager,<file:///app/a\\x2Cb.js:1646:38> inlined at <file:///app/a\\x2Cb.js:679:10> inlined at <lua:1/hot.lua:21:10>,Insufficient type feedback for call
code-creation,JS,12,376673,0x7f5b8e865500,964,sum lua:1/hot.lua:16:35,0x11e41d4b0ac8,*
`;

const NODE_24 = `v8-version,13,6,233,17,-node.49,0
code-creation,JS,9,268577,0x894c869df78,192,sum lua:1/hot.lua:16:35,0x29256d0de4b8,~
code-creation,JS,9,268623,0x894c869e260,80,add lua:1/hot.lua:7:34,0x29256d0de3b8,~
code-creation,JS,11,269165,0x7f4794095500,380,add lua:1/hot.lua:7:34,0x29256d0de3b8,+'
code-creation,JS,10,272208,0x7f4794096000,628,add lua:1/hot.lua:7:34,0x29256d0de3b8,^
code-creation,JS,11,272249,0x7f4794097fc0,2688,sum lua:1/hot.lua:16:35,0x29256d0de4b8,+
code-source-info,0x7f4794097fc0,307,797,1219,C1O797C22O797C26O935,F0O1045F0O921,S0x29256d0de3b8
code-creation,JS,12,273751,0x7f4794032040,512,sum lua:1/hot.lua:16:35,0x29256d0de4b8,*'
code-deopt,275125,448,0x7f4794095500,-1,651,deopt-eager,<lua:1/hot.lua:11:84>,Insufficient type feedback for call
`;

function read(log: string): CodeHistory {
  const reader = new CodeHistoryReader();
  for (const line of log.split("\n")) {
    const record = readLogLine(line);
    if (record !== undefined) reader.read(record);
  }
  return reader.finish();
}

function versionsOf(history: CodeHistory, name: string) {
  return history.functions.find((known) => known.name === name)?.versions ?? [];
}

const tiersOf = (history: CodeHistory, name: string) =>
  versionsOf(history, name).map(({ tier }) => tier);

test("Node 20: tiers, inlining and a deoptimization", () => {
  const history = read(NODE_20);
  expect(history.v8Version).toBe("11.3.244");
  expect(history.hasInlining).toBe(true);
  expect(history.functions.map(({ name }) => name)).toEqual(["", "$make1", "sum", "add"]);
  expect(tiersOf(history, "sum")).toEqual(["interpreter", "baseline", "turbofan"]);
  const [, add] = versionsOf(history, "add");
  expect(add?.deopts).toEqual([
    {
      bailout: "deopt-eager",
      reason: "Insufficient type feedback for call",
      stack: [{ script: "lua:1/hot.lua", line: 11, column: 84 }],
    },
  ]);
  const inlined = versionsOf(history, "sum").at(-1)?.inlined;
  expect(inlined).toHaveLength(1);
  expect(inlined?.[0]).toMatchObject({ offset: 1045, parent: undefined, callee: { name: "add" } });
});

test("Node 22: a deoptimization within functions that were inlined", () => {
  const history = read(NODE_22);
  const [, first, second] = versionsOf(history, "sum");
  expect(first?.inlined.map(({ callee, parent }) => [callee?.name, parent])).toEqual([
    ["add", undefined],
    ["forNumber", undefined],
    ["toNumber", 1],
  ]);
  expect(first?.deopts[0]?.stack).toEqual([
    { script: "file:///app/a,b.js", line: 1646, column: 38 },
    { script: "file:///app/a,b.js", line: 679, column: 10 },
    { script: "lua:1/hot.lua", line: 21, column: 10 },
  ]);
  expect(second?.deopts).toEqual([]);
});

test("Node 24: Maglev, and code for one closure", () => {
  const history = read(NODE_24);
  expect(tiersOf(history, "add")).toEqual(["interpreter", "maglev", "baseline"]);
  expect(tiersOf(history, "sum")).toEqual(["interpreter", "maglev", "turbofan"]);
  expect(versionsOf(history, "add")[1]?.deopts).toHaveLength(1);
  expect(versionsOf(history, "sum")[1]?.inlined.map(({ callee }) => callee?.name)).toEqual([
    "add",
    "add",
  ]);
});

test("code and functions that the garbage collector moves", () => {
  const history = read(
    NODE_20.replace(
      "code-deopt,944807,320,0x7fe4540b4f80",
      "sfi-move,0x47097e34310,0x99\ncode-move,0x7fe4540b4f80,0x88\n" +
        "code-creation,JS,10,950000,0x77,80,add lua:1/hot.lua:7:34,0x99,^\ncode-deopt,944807,320,0x88",
    ),
  );
  expect(tiersOf(history, "add")).toEqual(["interpreter", "turbofan", "baseline"]);
  expect(versionsOf(history, "add")[1]?.deopts).toHaveLength(1);
});

test("an address that another function has now", () => {
  const history = read(
    `${NODE_20}code-creation,JS,10,960000,0x66,80,late lua:1/hot.lua:40:1,0x47097e34310,~`,
  );
  expect(tiersOf(history, "late")).toEqual(["interpreter"]);
  expect(tiersOf(history, "add")).toEqual(["interpreter", "turbofan"]);
});

test("what V8 gave up, and lines that are none", () => {
  const history = read(
    'code-disable-optimization,"M_f","Optimization is always disabled"\n\nfoo,,\n,',
  );
  expect(history.disabled).toEqual([{ name: "M_f", reason: "Optimization is always disabled" }]);
  expect(history).toMatchObject({ v8Version: undefined, functions: [], hasInlining: false });
});
