/** Commands, each loaded when it is called (docs/tools/lazyImports.ts). */
import * as cacheModule from "./cache.ts";
import * as checkModule from "./check.ts";
import * as devModule from "./dev.ts";
import * as dlqModule from "./dlq/index.ts";
import * as groupsModule from "./groups/index.ts";
import * as initModule from "./init.ts";
import * as inspectModule from "./inspect.ts";
import * as replayModule from "./replay.ts";
import * as runModule from "./run.ts";
import * as startModule from "./start.ts";
import * as testModule from "./test.ts";
import * as topicsModule from "./topics/index.ts";
import * as versionModule from "./version.ts";

export const cachePart = () => cacheModule;
export const checkPart = () => checkModule;
export const devPart = () => devModule;
export const dlqPart = () => dlqModule;
export const groupsPart = () => groupsModule;
export const initPart = () => initModule;
export const inspectPart = () => inspectModule;
export const replayPart = () => replayModule;
export const runPart = () => runModule;
export const startPart = () => startModule;
export const testPart = () => testModule;
export const topicsPart = () => topicsModule;
export const versionPart = () => versionModule;
