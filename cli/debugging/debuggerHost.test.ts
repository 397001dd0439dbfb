import { debuggerHost, urlOf } from "./debuggerHost.ts";
import { stopAtStart } from "./inspector.ts";

test("a program from standard input stops at its start; other text does not", () => {
  const { compile } = debuggerHost({ folder: "/" });
  const options = {
    isLua52Compatible: false,
    isPuc51: false,
    usesEnvironments: false,
    isAccessible: false,
  };
  const stops = (chunkName: string) =>
    compile("return 1", chunkName, options).code.includes("debugger;");
  stopAtStart();
  expect(stops("=formula")).toBe(false);
  expect(stops("return 1")).toBe(false);
  expect(stops("=stdin")).toBe(true);
  expect(stops("=stdin")).toBe(false);
});

test("text that is loaded has the name that errors give it", () => {
  const nameOf = (chunkName: string) =>
    decodeURIComponent(
      /^lua:\/\/\/([^/'"]+)\/[\da-f]+\.lua$/.exec(urlOf(chunkName, "x", "/"))?.[1] ?? "",
    );
  expect(nameOf("=formula")).toBe("formula");
  expect(nameOf("=it's")).toBe("it's");
  expect(nameOf("my chunk")).toBe('[string "my chunk"]');
  expect(nameOf("print('a/b')\nprint(2)")).toBe(`[string "print('a/b')..."]`);
});
