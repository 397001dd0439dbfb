import { testLogStorage, TOPICS } from "../storage.contract.ts";
import { MemoryLog } from "./memory.ts";

testLogStorage(() => Promise.resolve(new MemoryLog(TOPICS)));
