/** All targets, in the order in which help lists them. */
import type { Target } from "../target.ts";
import { browserTarget } from "./browserTarget.ts";
import { functionTarget } from "./functionTarget.ts";
import { nodeTarget } from "./node.ts";
import { workerTarget } from "./workerTarget.ts";

export const targets: readonly Target[] = [nodeTarget, functionTarget, workerTarget, browserTarget];
