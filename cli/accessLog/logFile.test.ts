import { mkdtempSync, readFileSync, renameSync, rmSync, existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LogFile } from "./logFile.ts";

let folder: string;
let path: string;
let notices: string[];
let log: LogFile;

function open(target = path): LogFile {
  return new LogFile({
    path: target,
    name: "logs/access.log",
    onNotice: (message) => notices.push(message),
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spacer-log-"));
  path = join(folder, "logs/access.log");
  notices = [];
});

afterEach(() => {
  log.close();
  rmSync(folder, { recursive: true, force: true });
});

const read = (file = path) => readFileSync(file, "utf8");

test("lines are written some time later, all at once, behind what was there", async () => {
  log = open();
  log.write("a\n");
  log.close();
  log = open();
  log.write("b\n");
  log.write("c\n");
  expect(read()).toBe("a\n");
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(read()).toBe("a\nb\nc\n");
});

test("many lines are written before that", () => {
  log = open();
  const line = `${"x".repeat(999)}\n`;
  for (let count = 0; count < 1000; count++) log.write(line);
  expect(read().length).toBeGreaterThan(900_000);
});

test("after the file was renamed and the process told so, lines go to a new one, and none is lost", () => {
  log = open();
  log.write("a\n");
  renameSync(path, `${path}.1`);
  log.write("b\n");
  log.flush();
  log.write("c\n");
  process.emit("SIGUSR1");
  log.write("d\n");
  log.flush();
  expect(read(`${path}.1`)).toBe("a\nb\nc\n");
  expect(read()).toBe("d\n");
  expect(notices).toEqual([]);
});

test("also when its folder is gone", () => {
  log = open();
  rmSync(join(folder, "logs"), { recursive: true });
  process.emit("SIGUSR1");
  log.write("a\n");
  log.flush();
  expect(read()).toBe("a\n");
});

test("a file that can't be opened is told once, tried again, and its lost lines are counted", () => {
  mkdirSync(path, { recursive: true });
  log = open();
  for (const line of ["a\n", "b\nc\n"]) {
    log.write(line);
    log.flush();
  }
  expect(notices).toEqual(["can't write logs/access.log: it is a folder"]);
  rmSync(path, { recursive: true });
  log.write("d\n");
  log.flush();
  expect(read()).toBe("d\n");
  expect(notices.slice(1)).toEqual(["logs/access.log is written again; lines lost: 3"]);
});

const FULL_DEVICE = "/dev/full";

(existsSync(FULL_DEVICE) ? test : test.skip)("a full disk ends nothing", () => {
  log = open(FULL_DEVICE);
  log.write("a\n");
  log.flush();
  log.write("b\n");
  log.flush();
  expect(notices).toEqual(["can't write logs/access.log: no space left on the disk"]);
});

test("what is pending is written when it is closed, and nothing is left behind", () => {
  const listeners = () => [process.listenerCount("exit"), process.listenerCount("SIGUSR1")];
  const before = listeners();
  log = open();
  log.write("a\n");
  log.close();
  expect(read()).toBe("a\n");
  expect(listeners()).toEqual(before);
});
