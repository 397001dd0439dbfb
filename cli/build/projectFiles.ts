/** The Lua files of a project, as they are compiled for a bundle. */
import { join } from "node:path";
import { toBytes } from "../bytes.ts";
import { readBytes } from "../check/readFiles.ts";
import { GATEWAY_FILE } from "../projectRoot.ts";
import { PROJECT_DIALECT } from "../searchPath.ts";
import type { FileInput } from "./compileFile.ts";
import type { ResumesFrom } from "./resumption.ts";

/** Each is read once. */
export class ProjectFiles {
  private readonly root: string;
  private readonly resumesFrom: ResumesFrom;
  private readonly inputs = new Map<string, FileInput>();

  constructor(root: string, resumesFrom: ResumesFrom) {
    this.root = root;
    this.resumesFrom = resumesFrom;
  }

  /** @param path From the root. @throws UserError where it can't be read */
  inputOf(path: string): FileInput {
    let input = this.inputs.get(path);
    if (input === undefined) {
      input = {
        chunkName: `@${toBytes(path)}`,
        source: readBytes(join(this.root, path), path),
        isGatewayFile: path === GATEWAY_FILE,
        dialect: PROJECT_DIALECT,
        resumesFrom: this.resumesFrom,
      };
      this.inputs.set(path, input);
    }
    return input;
  }

  /** Without those that can't be read: whoever needs them says so. */
  readAll(paths: Iterable<string>): FileInput[] {
    return [...paths].flatMap((path) => {
      try {
        return [this.inputOf(path)];
      } catch {
        return [];
      }
    });
  }
}
