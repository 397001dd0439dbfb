/** The door to what tests of projects are given. */
export {
  provideTestApp,
  testAppOf,
  type TestApp,
  type TestHeader,
  type TestRequest,
  type TestResponse,
  type TestTopics,
  type TriggerRun,
} from "./testApp.ts";
export { TestClock } from "./testClock.ts";
export { TestRandom } from "./testRandom.ts";
