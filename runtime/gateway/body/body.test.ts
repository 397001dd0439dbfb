import type { LuaTable } from "../../core/table.ts";
import { list, record } from "../../core/table.testkit.ts";
import { JSON_NULL } from "../../json/index.ts";
import { RequestError } from "../errors.ts";
import { parseBody } from "./index.ts";

function refusal(body: string, type?: string, encoding?: string): string {
  try {
    parseBody(body, type, encoding);
  } catch (thrown) {
    if (thrown instanceof RequestError) return `${String(thrown.status)} ${thrown.message}`;
    throw thrown;
  }
  throw new Error("the body was accepted");
}

function file(filename: string, type: string, content: string): LuaTable {
  return record({ filename, content_type: type, content });
}

describe("JSON", () => {
  test.each([undefined, "application/json", "Application/JSON; charset=utf-8", "text/json"])(
    "as %s",
    (type) => {
      const args = parseBody('{"a":1,"b":null,"c":["x",true]}', type, undefined);
      expect(args).toEqual(record({ a: 1, b: JSON_NULL, c: list("x", true) }));
    },
  );

  test("of a more specific type", () => {
    expect(parseBody('{"a":1}', "application/vnd.api+json", "identity")).toEqual(record({ a: 1 }));
  });

  test("a list is the arguments", () => {
    expect(parseBody("[1,2]", undefined, undefined)).toEqual(list(1, 2));
  });

  test.each(["5", '"text"', "true", "null"])("%s gives no arguments", (body) => {
    expect(parseBody(body, undefined, undefined)).toEqual(record({}));
  });

  test("nothing gives no arguments, whatever its type", () => {
    expect(parseBody("", "image/png", "gzip")).toEqual(record({}));
  });

  test.each(["{", "{a:1}", "{}x", " ", "\xef\xbb\xbf{}"])("%j is refused", (body) => {
    expect(refusal(body)).toMatch(/^400 invalid JSON body: ./);
  });

  test("bytes pass through", () => {
    expect(parseBody('{"a":"\xf0\x9f\x98\x80\xff"}', undefined, undefined)).toEqual(
      record({ a: "\xf0\x9f\x98\x80\xff" }),
    );
  });
});

test("urlencoded form", () => {
  expect(
    parseBody("a=1&a=2&b&c=%FF+x", "application/x-www-form-urlencoded;charset=UTF-8", undefined),
  ).toEqual(record({ a: list("1", "2"), b: true, c: "\xff x" }));
});

test.each([
  ["x", "text/plain", undefined, "415 unsupported content type: text/plain"],
  ["x", "application/xml", undefined, "415 unsupported content type: application/xml"],
  ["x", "application/jsonp", undefined, "415 unsupported content type: application/jsonp"],
  ["x", "application/json", "gzip", "415 unsupported content encoding: gzip"],
])("%s as %s %s", (body, type, encoding, expected) => {
  expect(refusal(body, type, encoding)).toBe(expected);
});

describe("multipart form", () => {
  const type = "multipart/form-data; boundary=XX";
  const form = (...lines: string[]) => lines.join("\r\n");
  const parse = (body: string, contentType = type) => parseBody(body, contentType, undefined);

  test("fields and files", () => {
    const body = form(
      "--XX",
      'Content-Disposition: form-data; name="title"',
      "",
      "caf\xc3\xa9\xff",
      "--XX",
      'content-disposition: form-data; name="doc"; filename="a b.txt"',
      "Content-Type: text/csv; charset=utf-8",
      "",
      "1,2\r\n3,4\0\r\n",
      "--XX--",
      "",
    );
    expect(parse(body)).toEqual(
      record({
        title: "caf\xc3\xa9\xff",
        doc: file("a b.txt", "text/csv; charset=utf-8", "1,2\r\n3,4\0\r\n"),
      }),
    );
  });

  test("a name that comes again gives a list", () => {
    const part = (value: string) =>
      form("--XX", 'Content-Disposition: form-data; name="a"', "", value);
    expect(parse(form(part("1"), part("2"), "--XX--"))).toEqual(record({ a: list("1", "2") }));
  });

  test("what comes before the first part and after the last is no content", () => {
    const body = form(
      "hello",
      "--XX \t",
      'Content-Disposition: form-data; name="a"',
      "",
      "1",
      "--XX--",
      "--XX",
      "x",
    );
    expect(parse(body)).toEqual(record({ a: "1" }));
  });

  test("a longer line that begins like the boundary is content", () => {
    const body = form(
      "--XX",
      'Content-Disposition: form-data; name="a"',
      "",
      "1",
      "--XXX",
      "--XX--",
    );
    expect(parse(body)).toEqual(record({ a: "1\r\n--XXX" }));
  });

  test("names keep their bytes", () => {
    const body = form(
      "--XX",
      'Content-Disposition: form-data; name="n\xff\\"\xc3\xa9"; filename="C:\\dir\\f.txt"',
      "",
      "",
      "--XX--",
    );
    expect(parse(body)).toEqual(
      record({ 'n\xff"\xc3\xa9': file("C:\\dir\\f.txt", "text/plain", "") }),
    );
  });

  test("a file name in the extended form", () => {
    const body = form(
      "--XX",
      "Content-Disposition: form-data; name=a; filename=\"x\"; filename*=UTF-8''caf%C3%A9",
      "",
      "1",
      "--XX--",
    );
    expect(parse(body)).toEqual(record({ a: file("caf\xc3\xa9", "text/plain", "1") }));
  });

  test("no parts at all", () => {
    expect(parse("--XX--\r\n")).toEqual(record({}));
  });

  test.each([
    ["x", "multipart/form-data", "names no boundary"],
    ["x", type, "the closing boundary is missing"],
    [form("--XX", 'Content-Disposition: form-data; name="a"', "", "1"), type, "closing boundary"],
    [
      form("--XX", 'Content-Disposition: form-data; name="a"', "--XX--"),
      type,
      "end of its headers",
    ],
    [form("--XX", "Content-Disposition: form-data", "", "1", "--XX--"), type, "a part has no name"],
    [form("--XX", 'Content-Disposition: attachment; name="a"', "", "1", "--XX--"), type, "no name"],
    [form("--XX", "", "1", "--XX--"), type, "a part has no name"],
    [form("--XX", `X: ${"y".repeat(20_000)}`, "", "1", "--XX--"), type, "end of its headers"],
  ])("refuses %j", (body, contentType, reason) => {
    expect(refusal(body, contentType)).toMatch(
      new RegExp(`^400 invalid multipart body: .*${reason}`),
    );
  });

  test("takes time in proportion to the body", () => {
    const part = form("--XX", 'Content-Disposition: form-data; name="a"', "", "", "");
    const startMs = performance.now();
    const args = parse(`${part.repeat(50_000)}--XX--`);
    expect(performance.now() - startMs).toBeLessThan(2000);
    expect((args.getString("a") as LuaTable).length()).toBe(50_000);
  });
});
