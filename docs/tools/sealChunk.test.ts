import { sealChunk } from "./sealChunk.ts";

const CHUNK = `import {
  a,
  b as other
} from "./chunk-X.js";
import fs from "node:fs";

// one.ts
var limit = 5;
var count = 0;
function next() {
  const limit2 = limit;
  return ++count > limit2 ? a : other;
}
export {
  next,
  limit as max
};
//# sourceMappingURL=x.map
`;

test("a chunk becomes the body of a function, line by line", () => {
  const sealed = sealChunk(CHUNK);
  expect(sealed.split("\n")).toHaveLength(CHUNK.split("\n").length);
  expect(sealed).toContain("import { a as $a, b as $other } from");
  expect(sealed).toContain('import $fs from "node:fs";');
  expect(sealed).toContain("((a, other, fs) => {");
  expect(sealed).toContain("\nconst limit = 5;\n");
  expect(sealed).toContain("return { next, max: limit }; })($a, $other, $fs);");
  expect(sealed).toContain("export { next, max };");
});

test("what is assigned to stays variable", () => {
  expect(sealChunk(CHUNK)).toContain("\nvar count = 0;\n");
});

test("a file that exports nothing stays as it is", () => {
  expect(sealChunk("var x = 1;\n")).toBe("var x = 1;\n");
});
