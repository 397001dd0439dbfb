import { testGroupStorage } from "../../groups.contract.ts";
import { testLogStorage, TOPICS } from "../../storage.contract.ts";
import { MemoryLog } from "./memoryLog.ts";

const open = () => Promise.resolve(new MemoryLog(TOPICS));

describe("log", () => {
  testLogStorage(open);
});

describe("groups", () => {
  testGroupStorage(open);
});
