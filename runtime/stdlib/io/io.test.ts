/** Expected values are what LuaJIT 2.1 gives for the same calls, unless a comment says otherwise. */
import { errorOf } from "../../core/error.testkit.ts";
import { LuaState, type DialectName } from "../../core/state.ts";
import type { LuaTable } from "../../core/table.ts";
import { toText } from "../../core/toText.ts";
import { LuaUserdata } from "../../core/userdata.ts";
import type { LuaFunction, LuaValue, Results } from "../../core/value.ts";
import type { Host } from "../../host.ts";
import { openIo } from "./index.ts";
import { memoryFiles, type MemoryFiles } from "./memoryFiles.testkit.ts";

class Program {
  readonly memory: MemoryFiles;
  readonly state: LuaState;
  readonly library: LuaTable;

  constructor(files: Readonly<Record<string, string>> = {}, dialect: DialectName = "luajit") {
    this.memory = memoryFiles(files);
    const host = { files: this.memory.files } as unknown as Host;
    this.state = new LuaState({ host, dialect, helpers: {} });
    this.library = openIo(this.state);
  }

  /** `io.name(...)`. */
  io(name: string, ...values: LuaValue[]): Results {
    return this.state.enter(() => (this.library.getString(name) as LuaFunction)(...values));
  }

  /** `file:name(...)`. */
  method(file: LuaValue, name: string, ...values: LuaValue[]): Results {
    const method = (file as LuaUserdata).metatable?.getString(name) as LuaFunction;
    return this.state.enter(() => method(file, ...values));
  }

  /** What `file:read` gives for a file with these contents. */
  read(...formats: LuaValue[]): Results {
    return this.method(this.io("open", "x") as LuaUserdata, "read", ...formats);
  }

  call(callee: LuaValue): Results {
    return this.state.enter(() => (callee as LuaFunction)());
  }
}

describe("read", () => {
  test("formats", () => {
    const program = new Program({ x: "12 0x1F\n-3.5e2abc\nline\n\nlast" });
    expect(program.read("*n", "*n", "*n", "*l", "*L", "*l", "*l", "*l")).toEqual([
      12,
      31,
      -350,
      "abc",
      "line\n",
      "",
      "last",
      undefined,
    ]);
    expect(program.read("number", "line", "L", "all")).toEqual([
      12,
      " 0x1F",
      "-3.5e2abc\n",
      "line\n\nlast",
    ]);
    expect(program.read()).toBe("12 0x1F");
  });

  test("stops at the first failure", () => {
    const program = new Program({ x: "a\n" });
    expect(program.read("*l", "*l", "*l")).toEqual(["a", undefined]);
    expect(program.read("*n", "*l")).toBeUndefined();
  });

  test("numbers of bytes", () => {
    const program = new Program({ x: "0123456789abcdef" });
    expect(program.read(2.9, 0, 12, 5)).toEqual(["01", "", "23456789abcd", "ef"]);
    expect(program.read("*a", 0)).toEqual(["0123456789abcdef", undefined]);
    expect(errorOf(() => program.read(-1))).toBe("not enough memory");
  });

  test("at the end", () => {
    const program = new Program({ x: "" });
    expect(program.read()).toBeUndefined();
    expect(program.read("*n")).toBeUndefined();
    expect(program.read(1)).toBeUndefined();
    expect(program.read("*a", "*a")).toEqual(["", ""]);
  });

  test("all bytes, zeros too", () => {
    // LuaJIT's fgets loses what follows a zero in a line.
    const program = new Program({ x: "a\0b\r\n\xff\n" });
    expect(program.read("*l", "*l")).toEqual(["a\0b\r", "\xff"]);
  });

  test("refuses other formats", () => {
    const program = new Program({ x: "12" });
    expect(errorOf(() => program.read("*x"))).toBe("bad argument #2 to '?' (invalid format)");
    expect(errorOf(() => program.read("2"))).toBe("bad argument #2 to '?' (invalid format)");
    expect(errorOf(() => program.read("*n", undefined))).toBe(
      "bad argument #3 to '?' (invalid option)",
    );
  });

  test("says what failed", () => {
    const program = new Program();
    const file = program.io("open", "x", "w");
    expect(program.method(file as LuaUserdata, "read")).toEqual([
      undefined,
      "Bad file descriptor",
      9,
    ]);
  });

  test.each([
    ["  +1.5e3x", 1500, "x"],
    ["0x1p4 ", 16, " "],
    ["1e+", 1, ""],
    [".5.5", 0.5, ".5"],
    ["-inf1", -Infinity, "1"],
    ["Infinity", Infinity, ""],
    ["infi", undefined, ""],
    ["nax", undefined, ""],
    ["0xg", undefined, "g"],
    ["abc", undefined, "abc"],
    ["+", undefined, ""],
    ["12,5", 12, ",5"],
    ["1e5\n", 100000, "\n"],
  ])("the number in %p", (text, number, rest) => {
    const program = new Program({ x: text });
    const file = program.io("open", "x") as LuaUserdata;
    expect(program.method(file, "read", "*n")).toBe(number);
    expect(program.method(file, "read", "*a")).toBe(rest);
  });
});

describe("write", () => {
  test("strings and numbers", () => {
    const program = new Program();
    expect(program.io("write", "a", 1e15, -0, 0.1, 1e100)).toBe(true);
    expect(program.memory.contents.get("stdout")).toBe("a1e+15-00.11e+100");
    expect(errorOf(() => program.io("write", "", undefined))).toBe(
      "bad argument #2 to '?' (string expected, got nil)",
    );
  });

  test("returns the file with Lua 5.2 compatibility", () => {
    const program = new Program({}, "openresty");
    expect(program.io("write", "a")).toBe(program.library.getString("stdout"));
  });

  test("goes on where reading stopped", () => {
    const program = new Program({ x: "hello world" });
    const file = program.io("open", "x", "r+") as LuaUserdata;
    expect(program.method(file, "read", 3)).toBe("hel");
    program.method(file, "write", "XX");
    expect(program.method(file, "read", "*a")).toBe(" world");
    expect(program.memory.contents.get("x")).toBe("helXX world");
  });

  test("to a file that is only read", () => {
    const program = new Program({ x: "" });
    const file = program.io("open", "x") as LuaUserdata;
    expect(program.method(file, "write", "x")).toEqual([undefined, "Bad file descriptor", 9]);
  });
});

test("seek", () => {
  const program = new Program({ x: "hello world" });
  const file = program.io("open", "x") as LuaUserdata;
  expect(program.method(file, "seek")).toBe(0);
  expect(program.method(file, "read", 2)).toBe("he");
  expect(program.method(file, "seek")).toBe(2);
  expect(program.method(file, "seek", "cur", -1)).toBe(1);
  expect(program.method(file, "read", 1)).toBe("e");
  expect(program.method(file, "seek", "end", -2.7)).toBe(9);
  expect(program.method(file, "read", "*a")).toBe("ld");
  expect(program.method(file, "seek", "set", -1)).toEqual([undefined, "Invalid argument", 22]);
  expect(errorOf(() => program.method(file, "seek", "foo"))).toBe(
    "bad argument #2 to '?' (invalid option 'foo')",
  );
  expect(errorOf(() => program.method(file, "seek", "set", "3"))).toBe(
    "bad argument #3 to '?' (number expected, got string)",
  );
});

describe("open and close", () => {
  test("a file that is not there", () => {
    const program = new Program();
    expect(program.io("open", "x")).toEqual([undefined, "x: No such file or directory", 2]);
    expect(errorOf(() => program.io("lines", "x"))).toBe(
      "bad argument #1 to '?' (x: No such file or directory)",
    );
  });

  test("type and text", () => {
    const program = new Program({ x: "" });
    const file = program.io("open", "x") as LuaUserdata;
    expect(program.io("type", file)).toBe("file");
    expect(program.state.enter(() => toText(file))).toMatch(/^file \(0x[0-9a-f]+\)$/);
    expect(program.method(file, "close")).toBe(true);
    expect(program.io("type", file)).toBe("closed file");
    expect(program.state.enter(() => toText(file))).toBe("file (closed)");
    expect(program.io("type", 5)).toBeUndefined();
  });

  test.each(["read", "write", "lines", "seek", "flush", "setvbuf", "close"])(
    "%s of a closed file",
    (name) => {
      const program = new Program({ x: "" });
      const file = program.io("open", "x") as LuaUserdata;
      program.method(file, "close");
      expect(errorOf(() => program.method(file, name))).toBe("attempt to use a closed file");
    },
  );

  test("standard files stay open", () => {
    const program = new Program();
    expect(program.io("close")).toEqual([undefined, "cannot close standard file"]);
    expect(program.io("type", program.library.getString("stdout"))).toBe("file");
    expect(errorOf(() => program.io("close", undefined))).toBe(
      "bad argument #1 to '?' (FILE* expected, got no value)",
    );
  });

  test("a process", () => {
    const program = new Program();
    expect(program.io("close", program.io("popen", "exit 3") as LuaUserdata)).toBe(true);
    const newer = new Program({}, "openresty");
    expect(newer.io("close", newer.io("popen", "exit 0") as LuaUserdata)).toEqual([
      true,
      "exit",
      0,
    ]);
    expect(newer.io("close", newer.io("popen", "exit -9") as LuaUserdata)).toEqual([
      undefined,
      "signal",
      9,
    ]);
  });

  test("buffers", () => {
    const program = new Program();
    const file = program.io("tmpfile") as LuaUserdata;
    program.method(file, "setvbuf", "line");
    program.method(file, "flush");
    program.io("flush");
    program.method(file, "close");
    expect(program.memory.log).toEqual([
      "line temporary",
      "flush temporary",
      "flush stdout",
      "close temporary",
    ]);
  });
});

describe("lines", () => {
  function all(program: Program, iterator: Results): Results[] {
    const lines: Results[] = [];
    for (;;) {
      const line = program.call(iterator as LuaFunction);
      if ((Array.isArray(line) ? (line as LuaValue[])[0] : line) === undefined) return lines;
      lines.push(line);
    }
  }

  test("of a name closes the file at the end", () => {
    const program = new Program({ x: "a\nb\n\nc" });
    const iterator = program.io("lines", "x");
    expect(all(program, iterator)).toEqual(["a", "b", "", "c"]);
    expect(program.memory.log).toEqual(["close x"]);
    expect(errorOf(() => program.call(iterator as LuaFunction))).toBe(
      "attempt to use a closed file",
    );
  });

  test("with formats", () => {
    const program = new Program({ x: "1 x\n2 y\n3 z" });
    expect(all(program, program.io("lines", "x", "*n", "*l"))).toEqual([
      [1, " x"],
      [2, " y"],
      [3, " z"],
    ]);
    expect(all(program, program.io("lines", "x", 4))).toEqual(["1 x\n", "2 y\n", "3 z"]);
  });

  test("of a file leave it open", () => {
    const program = new Program({ x: "a\n" });
    const file = program.io("open", "x") as LuaUserdata;
    expect(all(program, program.method(file, "lines", "*L"))).toEqual(["a\n"]);
    expect(program.io("type", file)).toBe("file");
  });

  test("of the standard input", () => {
    const program = new Program({ stdin: "one\ntwo" });
    expect(all(program, program.io("lines"))).toEqual(["one", "two"]);
  });

  test("raise what goes wrong", () => {
    const program = new Program();
    const file = program.io("open", "x", "w") as LuaUserdata;
    const iterator = program.method(file, "lines");
    expect(errorOf(() => program.call(iterator as LuaFunction))).toBe("Bad file descriptor");
  });
});

describe("default files", () => {
  test("change by name or by file", () => {
    const program = new Program({ x: "text" });
    const before = program.io("output");
    program.io("output", "out");
    program.io("write", "a", 1);
    program.io("output", before as LuaUserdata);
    expect(program.memory.contents.get("out")).toBe("a1");
    program.io("input", "x");
    expect(program.io("read", "*a")).toBe("text");
  });

  test("may be closed", () => {
    const program = new Program();
    program.io("output", "out");
    expect(program.io("close")).toBe(true);
    expect(errorOf(() => program.io("write", "x"))).toBe("standard file is closed");
    expect(errorOf(() => program.io("flush"))).toBe("standard file is closed");
    expect(errorOf(() => program.io("close"))).toBe("attempt to use a closed file");
  });

  test("that can't be opened", () => {
    expect(errorOf(() => new Program().io("input", "x"))).toBe(
      "bad argument #1 to '?' (x: No such file or directory)",
    );
  });

  test("are apart in each state", () => {
    const [one, other] = [new Program(), new Program()];
    one.io("output", "out");
    other.io("write", "x");
    expect(other.memory.contents.get("stdout")).toBe("x");
  });
});

test("methods want a file", () => {
  const program = new Program();
  const stdout = program.library.getString("stdout");
  const write = (stdout as LuaUserdata).metatable?.getString("write") as LuaFunction;
  expect(errorOf(() => program.state.enter(() => write("x")))).toBe(
    "bad argument #1 to '?' (FILE* expected, got string)",
  );
  expect(errorOf(() => program.state.enter(() => write(new LuaUserdata(1))))).toBe(
    "bad argument #1 to '?' (FILE* expected, got userdata)",
  );
});
