/** What the operands of `spacer check` mean: a project, or some of its files, or single files. */
import { existsSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { UserError } from "../errors.ts";
import { findProjectRoot, isFolder, nearestProject } from "../projectRoot.ts";

export type Selection =
  | {
      readonly kind: "project";
      /** Absolute path. */
      readonly root: string;
      /** Files and folders, from the root; "" is all of it. */
      readonly paths: readonly string[];
    }
  | {
      readonly kind: "programs";
      /** As they were given. */
      readonly paths: readonly string[];
    };

/**
 * @param isOutside Whether they are to be taken for programs outside of any project.
 * @throws UserError "there is no file or folder x.lua"
 */
export function selectFiles(
  operands: readonly string[],
  cwd: string,
  isOutside: boolean,
): Selection {
  if (operands.length === 0 && !isOutside) {
    return { kind: "project", root: findProjectRoot(undefined, cwd), paths: [""] };
  }
  for (const operand of operands) {
    if (!existsSync(resolve(cwd, operand))) {
      throw new UserError(`there is no file or folder ${operand}`);
    }
  }
  const roots = new Set(isOutside ? [undefined] : operands.map((path) => rootOf(path, cwd)));
  const [root, ...others] = roots;
  if (others.length > 0) {
    throw new UserError("these files belong to different projects", "check one after the other");
  }
  if (root !== undefined) {
    const paths = operands.map((path) => relative(root, resolve(cwd, path)).replaceAll(sep, "/"));
    return { kind: "project", root, paths };
  }
  const folder = operands.find((path) => isFolder(resolve(cwd, path)));
  // Says why it is no project.
  if (folder !== undefined) findProjectRoot(folder, cwd);
  if (operands.length === 0) throw new UserError("'spacer check --lua DIALECT' needs FILES");
  return { kind: "programs", paths: operands };
}

function rootOf(path: string, cwd: string): string | undefined {
  const full = resolve(cwd, path);
  return nearestProject(isFolder(full) ? full : dirname(full));
}
