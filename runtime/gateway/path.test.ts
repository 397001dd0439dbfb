import { fromRoutingPath, routingPath, splitPath } from "./path.ts";

describe("splitPath", () => {
  test.each([
    ["/", []],
    ["/hello", ["hello"]],
    ["//hello//", ["hello"]],
    ["/a/b/c", ["a", "b", "c"]],
    ["/files/a.txt", ["files", "a.txt"]],
    ["/a%2Fb/c", ["a/b", "c"]],
    ["/caf%C3%A9", ["caf\xc3\xa9"]],
    ["/%ff%00", ["\xff\0"]],
    ["/a+b", ["a+b"]],
    ["/a%252Fb", ["a%2Fb"]],
    ["/a/./b/../c", ["a", "c"]],
    ["/a/%2e%2E/c", ["c"]],
    ["/...", ["..."]],
  ])("%s", (path, segments) => {
    expect(splitPath(path)).toEqual(segments);
  });

  test.each(["/%", "/%4", "/%zz", "/a%2", "/ok/%%20", "/..", "/a/../..", "/%2e%2e"])(
    "refuses %s",
    (path) => {
      expect(splitPath(path)).toBeUndefined();
    },
  );
});

describe("routingPath", () => {
  test("leaves a plain path as it is", () => {
    expect(routingPath("/users/42/posts_a-b~c")).toBe("/users/42/posts_a-b~c");
  });

  test("says the same for the same segments, however they are written", () => {
    expect(routingPath("/a%62c")).toBe("/abc");
    expect(routingPath("//abc/")).toBe("/abc");
    expect(routingPath("/caf\xc3\xa9")).toBe(routingPath("/caf%c3%A9"));
  });

  test("hides what the router would take for something else", () => {
    expect(routingPath("/a%2Fb:c*d;e=f")).toBe("/a=2fb=3ac=2ad=3be=3df");
  });

  test("gives back every byte", () => {
    const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join("");
    const encoded = Array.from(bytes, (char) => `%${hex(char)}`).join("");
    const routed = routingPath(`/x${encoded}`) ?? "";
    expect(routed).toMatch(/^\/[\w.~=-]+$/);
    expect(fromRoutingPath(routed.slice(1))).toBe(`x${bytes}`);
  });
});

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(2, "0");
}
