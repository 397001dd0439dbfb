import { Project } from "ts-morph";
import { helperManifest } from "./helperManifest.ts";

function manifestOf(helpers: string): string {
  const project = new Project({ useInMemoryFileSystem: true });
  project.createSourceFile("/runtime/core/call.ts", helpers);
  return helperManifest(
    project.createSourceFile("/runtime/helpers/index.ts", 'export * from "../core/call";'),
  );
}

test("counts parameters and copies the effects", () => {
  const manifest = manifestOf(`
    /** @helper @effects metamethods */
    export function sub(left: number, right = 1): number { return left - right; }
    /** @helper @effects calls */
    export function call(callee: unknown, ...values: unknown[]): void {}
    export const NONE = [];
    export class LuaTable {}
    export interface Cell {}
    function hidden() {}`);
  expect(manifest).toContain(
    '{\ncall: { parameters: "variadic", effects: "calls" },\nsub: { parameters: 2, effects: "metamethods" },\n}',
  );
  expect(manifest).toContain('[\n"LuaTable",\n"NONE",\n]');
  expect(manifest).not.toMatch(/Cell|hidden/);
});

test("asks for the facts that are missing, saying where", () => {
  expect(() => manifestOf("export function add() {}")).toThrow(
    "add (runtime/core/call.ts) needs `@helper` in its doc comment",
  );
  expect(() => manifestOf("/** @helper @effects some */ export function add() {}")).toThrow(
    "add (runtime/core/call.ts) needs `@effects` with one of none, allocates, metamethods, calls",
  );
});
