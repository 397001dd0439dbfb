/** `createData` for tests, which copies what the real one has made for the first of them. */
import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { madeOnce } from "../madeOnce.testkit.ts";
import type { createData } from "./createData.ts";
import { giveTo } from "./serverUser.ts";

export function copyOfTemplate(create: typeof createData): typeof createData {
  return async (data, binaries, surroundings) => {
    // Others have a password in a file of theirs.
    if (!surroundings.hasSockets) {
      await create(data, binaries, surroundings);
      return;
    }
    // Owned by who runs the server.
    const name = `postgres-${String(data.user?.uid ?? surroundings.uid)}`;
    const template = await madeOnce(name, (path) =>
      create({ ...data, path }, binaries, surroundings),
    );
    const parent = dirname(data.path);
    if (mkdirSync(parent, { recursive: true }) !== undefined) giveTo(data.user, parent);
    const copy = `${data.path}.new-copy`;
    const { status, stderr } = spawnSync("cp", ["-a", template, copy], { encoding: "utf8" });
    if (status !== 0) throw new Error(`the template can't be copied: ${stderr}`);
    renameSync(copy, data.path);
  };
}
