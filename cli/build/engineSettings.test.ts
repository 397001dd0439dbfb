import { spawnSync } from "node:child_process";
import { shortLifeFlags, startSettings } from "./engineSettings.ts";

test("this version of Node knows all of them", () => {
  const words = [...startSettings(), ...shortLifeFlags(), "-e", "console.log('started')"];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  expect(stdout + stderr).toBe("started\n");
});
