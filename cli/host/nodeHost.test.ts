import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostFile, HostFileError } from "../../runtime/host.ts";
import { readModuleSource } from "./moduleSource.ts";
import { createNodeHost } from "./nodeHost.ts";

const folder = mkdtempSync(join(tmpdir(), "spacer-host-"));
const host = createNodeHost({
  compile: () => {
    throw new Error("nothing is compiled here");
  },
  builtinModuleSource: (name) => readModuleSource(folder, name),
});
const { files } = host;

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function at(name: string): string {
  return join(folder, name);
}

function opened(file: HostFile | HostFileError): HostFile {
  if ("errno" in file) throw new Error(file.message);
  return file;
}

/** Reads to the end. */
function readAll(file: HostFile): string {
  let text = "";
  for (;;) {
    const piece = file.read(4);
    if (typeof piece !== "string") throw new Error(piece.message);
    if (piece === "") return text;
    text += piece;
  }
}

function contents(name: string): string {
  return readFileSync(at(name), "latin1");
}

describe("open files", () => {
  const BYTES = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join("");

  test("keep every byte", () => {
    const file = opened(files.open(at("bytes"), "wb"));
    file.write(BYTES);
    expect(file.close()).toBeUndefined();
    expect(files.read(at("bytes"))).toBe(BYTES);
    const reading = opened(files.open(at("bytes"), "rb"));
    expect(readAll(reading)).toBe(BYTES);
    reading.close();
  });

  test("collect what is written until flush, close or a full buffer", () => {
    const file = opened(files.open(at("collected"), "w"));
    file.write("a");
    expect(contents("collected")).toBe("");
    file.flush();
    expect(contents("collected")).toBe("a");
    file.write("b".repeat(100_000));
    expect(contents("collected")).toHaveLength(100_001);
    file.setBuffering?.("line");
    file.write("c");
    expect(contents("collected")).toHaveLength(100_001);
    file.write("\n");
    expect(contents("collected")).toHaveLength(100_003);
    file.setBuffering?.("no");
    file.write("d");
    expect(contents("collected")).toHaveLength(100_004);
    file.close();
  });

  test("write what is left when the process ends", () => {
    const before = process.listeners("exit");
    const file = opened(files.open(at("left"), "w"));
    file.write("rest");
    const added = process.listeners("exit").filter((listener) => !before.includes(listener));
    expect(added).toHaveLength(1);
    added[0]?.(0);
    expect(contents("left")).toBe("rest");
    expect(process.listeners("exit")).toEqual(before);
    file.close();
  });

  test("have one position for both directions", () => {
    writeFileSync(at("both"), "hello world");
    const file = opened(files.open(at("both"), "r+"));
    expect(file.read(3)).toBe("hel");
    file.write("XX");
    expect(file.read(100)).toBe(" world");
    expect(file.seek("set", 1)).toBe(1);
    expect(file.read(2)).toBe("el");
    expect(file.seek("cur", -1)).toBe(2);
    expect(file.seek("end", -2)).toBe(9);
    expect(file.read(9)).toBe("ld");
    expect(file.seek("set", -1)).toEqual({ message: "Invalid argument", errno: 22 });
    file.close();
    expect(contents("both")).toBe("helXX world");
  });

  test("append wherever they are", () => {
    writeFileSync(at("append"), "hello");
    const file = opened(files.open(at("append"), "a"));
    expect(file.seek("cur", 0)).toBe(5);
    file.write("XX");
    expect(file.seek("cur", 0)).toBe(7);
    file.seek("set", 1);
    file.write("YY");
    expect(file.seek("cur", 0)).toBe(9);
    file.close();
    expect(contents("append")).toBe("helloXXYY");
  });

  test("know their direction", () => {
    const EBADF = { message: "Bad file descriptor", errno: 9 };
    const writing = opened(files.open(at("direction"), "w"));
    expect(writing.read(1)).toEqual(EBADF);
    writing.close();
    const reading = opened(files.open(at("direction"), "r"));
    expect(reading.write("x")).toEqual(EBADF);
    reading.close();
    expect(reading.read(1)).toEqual(EBADF);
  });

  test("report a full disk when the buffer is written", () => {
    const file = opened(files.open("/dev/full", "w"));
    const ENOSPC = { message: "No space left on device", errno: 28 };
    expect(file.write("x")).toBeUndefined();
    expect(file.flush()).toEqual(ENOSPC);
    expect(file.write("x".repeat(100_000))).toEqual(ENOSPC);
    expect(file.close()).toBeUndefined();
  });
});

test.each([
  ["r", true],
  ["rb+", true],
  ["r+x", true],
  ["w+", true],
  ["a", true],
  ["rw", true],
  ["wx", "File exists"],
  ["", "Invalid argument"],
  ["xr", "Invalid argument"],
  ["foo", "Invalid argument"],
])("mode %p", (mode, expected) => {
  writeFileSync(at("mode"), "");
  const file = files.open(at("mode"), mode);
  expect("errno" in file ? file.message : true).toBe(expected);
  if (!("errno" in file)) file.close();
});

describe("errors", () => {
  const ENOENT = { message: "No such file or directory", errno: 2 };

  test("are in C's words", () => {
    expect(files.open(at("missing"), "r")).toEqual(ENOENT);
    expect(files.read(at("missing"))).toEqual(ENOENT);
    expect(files.remove(at("missing"))).toEqual(ENOENT);
    expect(files.rename(at("missing"), at("x"))).toEqual(ENOENT);
    expect(files.open(folder, "w")).toEqual({ message: "Is a directory", errno: 21 });
    expect(files.remove("/tmp")).toMatchObject({ message: "Directory not empty", errno: 39 });
    expect(files.open(at("x".repeat(300)), "w")).toEqual({
      message: "File name too long",
      errno: 36,
    });
  });

  test("come from reading a folder, not from opening it", () => {
    const file = opened(files.open(folder, "r"));
    expect(file.read(1)).toEqual({ message: "Is a directory", errno: 21 });
    file.close();
  });
});

test("files come and go", () => {
  writeFileSync(at("one"), "1");
  expect(files.exists(at("one"))).toBe(true);
  expect(files.rename(at("one"), at("two\xe4"))).toBeUndefined();
  expect([files.exists(at("one")), files.exists(at("two\xe4"))]).toEqual([false, true]);
  expect(files.read(`${at("two\xe4")}\0ignored`)).toBe("1");
  expect(files.remove(at("two\xe4"))).toBeUndefined();
  expect(files.exists(at("two\xe4"))).toBe(false);
});

test("temporary files", () => {
  const name = files.temporaryName();
  if (typeof name !== "string") throw new Error(name.message);
  expect(name).toMatch(/^\/tmp\/lua_\w{6}$/);
  expect(files.read(name)).toBe("");
  files.remove(name);
  const file = opened(files.temporaryFile());
  file.write("abc");
  file.seek("set", 0);
  expect(readAll(file)).toBe("abc");
  file.close();
});

describe("processes", () => {
  test("are read while they run", () => {
    const file = opened(files.popen("echo one; cat /dev/zero", "r"));
    expect(file.read(4)).toBe("one\n");
    // The command dies of the closed pipe.
    expect(file.close()).toEqual({ exitCode: -13 });
  });

  test("are written", () => {
    const file = opened(files.popen(`cat > '${at("written")}'`, "w"));
    file.write("to a process");
    expect(file.close()).toEqual({ exitCode: 0 });
    expect(contents("written")).toBe("to a process");
  });

  test("end with a code or a signal", () => {
    expect(opened(files.popen("exit 3", "r")).close()).toEqual({ exitCode: 3 });
    expect(opened(files.popen("kill -9 $$", "r")).close()).toEqual({ exitCode: -9 });
    expect(host.process.execute("exit 3")).toBe(3);
    expect(host.process.execute("kill -9 $$")).toBe(-9);
    // What its messages begin with.
    expect(host.process.execute('test "$0" = sh')).toBe(0);
    expect(host.process.execute(undefined)).toBe(1);
  });

  test("have no position", () => {
    const file = opened(files.popen("true", "r"));
    expect(file.seek("cur", 0)).toEqual({ message: "Illegal seek", errno: 29 });
    file.close();
  });

  test("are started by mode r or w only", () => {
    expect(files.popen("true", "rw")).toEqual({ message: "Invalid argument", errno: 22 });
  });
});

test("environment, clock and memory", () => {
  process.env["SPACER_HOST_TEST"] = "gr\u00fcn";
  expect(host.process.environmentVariable("SPACER_HOST_TEST")).toBe("gr\xc3\xbcn");
  delete process.env["SPACER_HOST_TEST"];
  expect(host.process.environmentVariable("SPACER_HOST_TEST")).toBeUndefined();
  expect(Math.abs(host.clock.nowMs() - Date.now())).toBeLessThan(1000);
  expect(host.clock.cpuSeconds()).toBeGreaterThan(0);
  host.collector.collect();
  expect(host.collector.memoryBytes()).toBeGreaterThan(0);
});

test("emitted code carries the name of its script", () => {
  const factory = host.instantiate("return () => $env.answer + $script.answer", "lua:1/x.lua");
  expect(factory({}, { answer: 1 }, { answer: 41 })()).toBe(42);
  const failing = host.instantiate("throw new Error('no')", "lua:2/y.lua");
  let stack: unknown;
  try {
    failing({}, {}, {});
  } catch (thrown) {
    stack = (thrown as Error).stack;
  }
  expect(stack).toContain("lua:2/y.lua:1");
});

test("modules that come along", () => {
  writeFileSync(at("some.lua"), "return '\xe4'", "latin1");
  expect(host.builtinModuleSource("some")).toBe("return '\xe4'");
  expect(host.builtinModuleSource("other")).toBeUndefined();
  expect(host.builtinModuleSource("../some")).toBeUndefined();
});
