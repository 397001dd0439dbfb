import { parse } from "../1-parse/index.ts";
import { SourceText } from "../source.ts";
import { analyze, type Demands } from "./index.ts";

function demandsOf(text: string): Demands {
  const source = new SourceText(text, "@x.lua", "x.lua");
  const chunk = parse(source, ({ message }) => {
    throw new Error(message);
  });
  if (chunk === undefined) throw new Error("no chunk");
  return analyze(chunk, { text }).demands;
}

test.each([
  "return function(f, env) return setfenv(f, env) end",
  "local setfenv = require('compat').setfenv; for _, f in ipairs(list) do setfenv(f, {}) end",
  "compat.setfenv(callback, {})",
  "debug.setfenv(self.run, env)",
  "local chunk = loadstring(text); local function give(f) setfenv(f, {}) end; give(chunk)",
])("environments for functions of others: %s", (text) => {
  expect(demandsOf(text)).toEqual({ environments: true, hooks: false });
});

test.each([
  "print(_G)",
  "local setfenv = setfenv or function() end; return { setfenv = setfenv }",
  "setfenv(1, {})",
  "local chunk, message = loadstring(text); if chunk then setfenv(chunk, env) end",
  "local chunk; chunk = assert(loadfile(name)); setfenv(chunk, {})",
  "setfenv(assert(compat.load(text)), {})",
  "local f = load(text) or error('no'); return pcall(setfenv(f, {}))",
  "debug.sethook()",
  "debug.sethook(function() error('too long') end, '', 1000)",
  "debug.sethook(thread, hook, mask, count)",
])("nothing: %s", (text) => {
  expect(demandsOf(text)).toEqual({ environments: false, hooks: false });
});

test.each([
  "debug.sethook(hook, 'l')",
  "local sethook = debug.sethook; sethook(thread, print, 'crl')",
  "local MASK = 'lcr'; local function start() debug.sethook(hook, MASK) end",
])("lines of others: %s", (text) => {
  expect(demandsOf(text)).toEqual({ environments: false, hooks: true });
});
