import { parse } from "../1-parse/index.ts";
import { SourceText } from "../source.ts";
import { analyze, findEnvironmentChanges } from "./index.ts";

function changesOthers(text: string): boolean {
  const source = new SourceText(text, "@x.lua", "x.lua");
  const chunk = parse(source, ({ message }) => {
    throw new Error(message);
  });
  if (chunk === undefined) throw new Error("no chunk");
  return findEnvironmentChanges(chunk, text, analyze(chunk));
}

test.each([
  "return function(f, env) return setfenv(f, env) end",
  "local setfenv = require('compat').setfenv; for _, f in ipairs(list) do setfenv(f, {}) end",
  "compat.setfenv(callback, {})",
  "debug.setfenv(self.run, env)",
  "local chunk = loadstring(text); local function give(f) setfenv(f, {}) end; give(chunk)",
])("functions of others: %s", (text) => {
  expect(changesOthers(text)).toBe(true);
});

test.each([
  "print(_G)",
  "local setfenv = setfenv or function() end; return { setfenv = setfenv }",
  "setfenv(1, {})",
  "local chunk, message = loadstring(text); if chunk then setfenv(chunk, env) end",
  "local chunk; chunk = assert(loadfile(name)); setfenv(chunk, {})",
  "setfenv(assert(compat.load(text)), {})",
  "local f = load(text) or error('no'); return pcall(setfenv(f, {}))",
])("its own, or none: %s", (text) => {
  expect(changesOthers(text)).toBe(false);
});
