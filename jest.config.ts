/** @jest-config-loader esbuild-register */
import type { Config } from "jest";

const toCommonJs = [
  "@swc/jest",
  {
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
    module: { type: "commonjs" },
  },
] satisfies [string, unknown];

/**
 * Tests run in process through the doors. swc strips the types (tsc checks them in `npm run check`);
 * Jest itself is started with a larger stack (see `test` in package.json) because compiled Lua
 * recurses on the JavaScript stack.
 */
const config: Config = {
  testEnvironment: "node",
  // Jest runs each file in a context of its own, where looking up a global takes long: these are handed to every module.
  // Neither what fake timers replace, nor names that packages declare.
  sandboxInjectedGlobals: [
    ...["Array", "Boolean", "Error", "Float64Array", "Int32Array", "JSON", "Map", "Math", "Number"],
    ...["Object", "Promise", "RegExp", "Set", "String", "Symbol", "Uint32Array", "Uint8Array"],
    ...["WeakMap", "WeakRef", "WeakSet"],
  ],
  testMatch: ["<rootDir>/{compiler,runtime,cli,fixtures,docs}/**/*.test.ts"],
  transform: { "\\.ts$": toCommonJs, "/node_modules/cookie/.*\\.js$": toCommonJs },
  // Fastify's `inject` needs this package, which is an ES module; Jest can't `require` one on Node 20.
  transformIgnorePatterns: ["/node_modules/(?!cookie/)"],
  modulePathIgnorePatterns: ["<rootDir>/dist"],
  globalSetup: "<rootDir>/cli/startTests.testkit.ts",
  globalTeardown: "<rootDir>/cli/stopTests.testkit.ts",
  setupFiles: ["<rootDir>/cli/embeddedPostgres/template.testkit.ts"],
  testSequencer: "<rootDir>/docs/tools/testSequencer.js",
  // The modules of each file stay in the memory of its worker, and tests that call the garbage collector wait for all of it.
  // A worker that has grown is replaced by a new one.
  workerIdleMemoryLimit: "400MB",
  // For machines that do much else: what takes some 100 ms alone may take seconds there.
  testTimeout: 30_000,
  // Many tests wait for servers and processes; Jest would leave one core to others.
  maxWorkers: "100%",
  reporters: ["default", "<rootDir>/docs/tools/countReporter.js"],
};

export default config;
