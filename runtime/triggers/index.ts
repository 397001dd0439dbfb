/** The door to triggers: functions that handle events. */
export { callHandler, type EventCall } from "./callHandler.ts";
export { createHandle } from "./createHandle.ts";
export {
  openReplayedFunction,
  type OpenedFunction,
  type ReplayCall,
  type ReplayedFunction,
} from "./replay.ts";
export { DEFAULT_LIMITS } from "../functions/index.ts";
