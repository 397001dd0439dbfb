import { parse } from "../1-parse/index.ts";
import { SourceText } from "../source.ts";
import { resolveScopes } from "./resolveScopes.ts";

function globalsOf(text: string): { mentioned: string[]; assigned: string[] } {
  const chunk = parse(new SourceText(text, "@x.lua", "x.lua"), ({ message }) => {
    throw new Error(message);
  });
  if (chunk === undefined) throw new Error("no chunk");
  const { globals, assignedGlobals } = resolveScopes(chunk);
  return { mentioned: [...globals].sort(), assigned: [...assignedGlobals].sort() };
}

test("a name outside the scope of its local is a global", () => {
  const { mentioned } = globalsOf(`
    local a = a
    do local b = a end
    print(b)
    repeat local c until c
    for i = i, 2 do local _ = i end`);
  expect(mentioned).toEqual(["a", "b", "i", "print"]);
});

test("assignments to globals are found in functions too, those to locals and fields are none", () => {
  const { assigned } = globalsOf(`
    function f() x, t.y = 1, 2 end
    function t.g() end
    local function h(p) p = 1; z = p end
    h, l[1] = nil, function() deep = 1 end`);
  expect(assigned).toEqual(["deep", "f", "x", "z"]);
});
