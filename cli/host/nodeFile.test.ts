import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeFile } from "./nodeFile.ts";
import { UnwrittenFiles } from "./unwrittenFiles.ts";

const folder = mkdtempSync(join(tmpdir(), "spacer-file-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("a shared descriptor keeps its position in the system until somebody moves it", () => {
  const path = join(folder, "shared");
  const descriptor = openSync(path, "w+");
  const file = new NodeFile(
    { descriptor, isReadable: true, isWritable: true, isShared: true },
    new UnwrittenFiles(),
  );
  file.write("abc");
  expect(file.seek("cur", 0)).toBe(3);
  // As a child process would.
  writeSync(descriptor, "def");
  file.write("ghi");
  file.flush();
  expect(readFileSync(path, "latin1")).toBe("abcdefghi");
  expect(file.seek("cur", 0)).toBe(9);
  expect(file.seek("set", 1)).toBe(1);
  file.write("X");
  expect(file.read(2)).toBe("cd");
  file.close();
  expect(readFileSync(path, "latin1")).toBe("aXcdefghi");
});

test("the start of waiting and of reading is announced", () => {
  const path = join(folder, "announced");
  const events: string[] = [];
  const file = new NodeFile(
    {
      descriptor: openSync(path, "w+"),
      isReadable: true,
      isWritable: true,
      buffering: "line",
      beforeRead: () => events.push("read"),
      afterWaiting: () => events.push("waiting"),
    },
    new UnwrittenFiles(),
  );
  file.write("a line\n");
  file.write("a");
  file.write("b");
  file.read(1);
  file.write("c");
  expect(events).toEqual(["waiting", "read", "waiting"]);
  file.close();
});
