import { hintFor } from "./hints.ts";

/** The messages are those of luajit. */
test.each([
  ["x.lua:1: attempt to index local 't' (a nil value)", "if t then ... end"],
  ["x.lua:1: attempt to index field 'b' (a nil value)", "the table has no 'b'"],
  ["x.lua:1: attempt to call global 'foo' (a nil value)", "no function 'foo' here"],
  ["x.lua:1: attempt to call field 'frmat' (a nil value)", "the table has no function 'frmat'"],
  ["x.lua:1: attempt to call method 'go' (a nil value)", "the table has no function 'go'"],
  ["x.lua:1: attempt to perform arithmetic on local 'n' (a nil value)", "(n or 0)"],
  ["x.lua:1: attempt to perform arithmetic on local 's' (a string value)", "spells no number"],
  ["x.lua:1: attempt to concatenate local 't' (a table value)", "tostring(...)"],
  ["x.lua:1: attempt to compare number with string", "tonumber(...)"],
  ["x.lua:1: stack overflow", "a case in which it does not"],
  ["x.lua:1: the CPU budget of 1 s is used up", "gateway.cpuLimit"],
  ["x.lua:1: the timeout of 30 s is over", "gateway.timeout"],
  ["the result of 'f' can't be encoded as JSON: Cannot serialise function", "a reply holds"],
])("%s", (message, hint) => {
  expect(hintFor(message)).toContain(hint);
});

test.each([["x.lua:1: boom"], ["x.lua:1: attempt to call a nil value"], [""]])(
  "%j says it all",
  (message) => {
    expect(hintFor(message)).toBeUndefined();
  },
);
