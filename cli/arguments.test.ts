import { parseArguments } from "./arguments.ts";
import { UserError } from "./errors.ts";

const definition = {
  name: "demo",
  options: {
    port: { type: "integer", short: "p", placeholder: "N", description: "", maximum: 99 },
    lua: { type: "string", description: "", choices: ["luajit", "openresty"] },
    execute: {
      type: "string",
      short: "e",
      description: "",
      isRepeatable: true,
      mayBeEmpty: true,
    },
    verbose: { type: "boolean", short: "v", description: "" },
    write: { type: "boolean", short: "w", description: "", default: true },
    level: { type: "string", short: "O", description: "", isValueOptional: true },
  },
  operands: {
    dir: { placeholder: "DIR", description: "" },
    names: { placeholder: "NAMES", description: "", isRest: true },
  },
} as const;

const parse = (...words: string[]) => {
  const { options, operands } = parseArguments(definition, words);
  return { options, operands };
};

const NOTHING = {
  port: undefined,
  lua: undefined,
  execute: [],
  verbose: false,
  write: true,
  level: undefined,
};

test("options and operands may be mixed", () => {
  expect(parse("a", "--port", "3", "b", "-v", "c")).toEqual({
    options: { ...NOTHING, port: 3, verbose: true },
    operands: { dir: "a", names: ["b", "c"] },
  });
});

test("nothing given leaves everything at its default", () => {
  expect(parse()).toEqual({
    options: NOTHING,
    operands: { dir: undefined, names: [] },
  });
});

test("values may be attached, and repeatable options add up", () => {
  expect(parse("--port=3", "-ex=1", "-e", "-1").options).toMatchObject({
    port: 3,
    execute: ["x=1", "-1"],
  });
  expect(parse("-p=3", "-e=x=1").options).toMatchObject({ port: 3, execute: ["x=1"] });
});

test.each([
  [[], false, true],
  [["-v=true", "-w=false"], true, false],
  [["--verbose=false", "--write=true"], false, true],
  [["-vw", "--write=false"], true, false],
  [["-w=false", "-w"], false, true],
])("booleans may be given a value: %j", (words, verbose, write) => {
  expect(parse(...words).options).toMatchObject({ verbose, write });
});

test("what looks like a boolean with a value may be the value of another option", () => {
  const { options, operands } = parse("-e", "-w=false", "--", "-w=false");
  expect(options).toMatchObject({ execute: ["-w=false"], write: true });
  expect(operands.dir).toBe("-w=false");
});

test.each([
  [["-O3", "a"], "3", "a"],
  [["-O", "3"], "", "3"],
  [["-O=x"], "x", undefined],
  [["--level=3", "a"], "3", "a"],
])("a value that may be left out is what is attached: %j", (words, level, dir) => {
  expect(parse(...words)).toMatchObject({ options: { level }, operands: { dir } });
});

test("the order of options is kept", () => {
  const { given } = parseArguments(definition, ["-e1", "-v", "--execute", "2", "-e", "", "x"]);
  expect(given.map(({ name, value }) => [name, value])).toEqual([
    ["execute", "1"],
    ["verbose", undefined],
    ["execute", "2"],
    ["execute", ""],
  ]);
});

test("words behind -- are operands", () => {
  expect(parse("--", "--port").operands.dir).toBe("--port");
});

test("words behind the first operand belong to the program where a command says so", () => {
  const { options, operands } = parseArguments({ ...definition, optionsEndAtOperand: true }, [
    "-v",
    "-e",
    "x",
    "file",
    "--port",
    "-z",
    "--",
  ]);
  expect(options).toMatchObject({ verbose: true, execute: ["x"], port: undefined });
  expect(operands).toEqual({ dir: "file", names: ["--port", "-z", "--"] });
});

test.each([
  [["--prot", "3"], "unknown option '--prot' of 'spacer demo'", "did you mean '--port'?"],
  [["--constructor"], "unknown option '--constructor' of 'spacer demo'", undefined],
  [["-x"], "unknown option '-x' of 'spacer demo'", undefined],
  [["--port"], "option '--port' needs a value", "write --port N"],
  [["--port="], "option '--port' needs a value", "write --port N"],
  [["-p", "80a"], "option '-p' needs a whole number up to 99, not '80a'", undefined],
  [["--port", "-1"], "option '--port' needs a whole number up to 99, not '-1'", undefined],
  [["--port", "100"], "option '--port' needs a whole number up to 99, not '100'", undefined],
  [
    ["--verbose=1"],
    "option '--verbose' is 'true' or 'false', not '1'",
    "write --verbose or --verbose=false",
  ],
  [["-w=off"], "option '-w' is 'true' or 'false', not 'off'", "write -w or -w=false"],
  [["-w="], "option '-w' is 'true' or 'false', not ''", undefined],
  [["-x=1"], "unknown option '-x' of 'spacer demo'", undefined],
  [["-p=x"], "option '-p' needs a whole number up to 99, not 'x'", undefined],
  [["-5"], "unknown option '-5' of 'spacer demo'", "a negative number goes behind '--'"],
  [["--lua", "luajti"], "'luajti' is no value for option '--lua'", "did you mean 'luajit'?"],
])("%j is refused", (words, message, hint) => {
  const error = thrownBy(() => parse(...words));
  expect(error.message).toBe(message);
  if (hint !== undefined) expect(error.hint).toBe(hint);
});

test("a missing operand and one too many are refused", () => {
  const operands = { file: { placeholder: "FILE", description: "", isRequired: true } } as const;
  const strict = { name: "demo", options: {}, operands };
  expect(thrownBy(() => parseArguments(strict, [])).message).toBe("'spacer demo' needs FILE");
  expect(thrownBy(() => parseArguments(strict, ["a", "b"])).message).toBe(
    "'spacer demo' does not know what to do with 'b'",
  );
});

test("an option that must be given is asked for", () => {
  const options = {
    to: { type: "string", description: "", placeholder: "T", isRequired: true },
  } as const;
  const strict = { name: "demo", options, operands: {} };
  expect(thrownBy(() => parseArguments(strict, [])).message).toBe("'spacer demo' needs --to T");
  expect(parseArguments(strict, ["--to", "x"]).options).toEqual({ to: "x" });
});

function thrownBy(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
