/** All targets, in the order in which help lists them. */
import type { Target } from "../target.ts";
import { nodeTarget } from "./node.ts";

export const targets: readonly Target[] = [nodeTarget];
