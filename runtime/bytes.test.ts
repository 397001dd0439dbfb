/** Both ways to do it give the same: that of Node, and that of engines without `Buffer`. */
import type * as BytesModule from "./bytes.ts";

const withBuffer = loadBytes();
const withoutBuffer = loadBytes(() => Reflect.deleteProperty(globalThis, "Buffer"));

function loadBytes(prepare?: () => void): typeof BytesModule {
  const before = globalThis.Buffer;
  let loaded: typeof BytesModule | undefined;
  try {
    prepare?.();
    jest.isolateModules(() => {
      loaded = jest.requireActual<typeof BytesModule>("./bytes.ts");
    });
  } finally {
    globalThis.Buffer = before;
  }
  if (loaded === undefined) throw new Error("not loaded");
  return loaded;
}

const ALL = String.fromCharCode(...Array.from({ length: 256 }, (_value, byte) => byte));
const SAMPLES = ["", "a", "ab", "abc", ALL, ALL.slice(1), ALL.repeat(40)];

test.each([
  ["with Buffer", withBuffer],
  ["without Buffer", withoutBuffer],
])("what is written can be read again %s", (_name, bytes) => {
  for (const sample of SAMPLES) {
    expect(bytes.fromHex(bytes.toHex(sample))).toBe(sample);
    expect(bytes.fromBase64(bytes.toBase64(sample).replace(/=+$/, ""))).toBe(sample);
    expect(bytes.fromBase64(bytes.toBase64Url(sample))).toBe(sample);
    expect(bytes.fromByteArray(bytes.toByteArray(sample))).toBe(sample);
  }
});

test("both write the same", () => {
  for (const sample of SAMPLES) {
    expect(withoutBuffer.toHex(sample)).toBe(withBuffer.toHex(sample));
    expect(withoutBuffer.toBase64(sample)).toBe(withBuffer.toBase64(sample));
    expect(withoutBuffer.toBase64Url(sample)).toBe(withBuffer.toBase64Url(sample));
  }
  expect(withoutBuffer.toHex("\0\xff")).toBe("00ff");
  expect(withoutBuffer.toBase64Url("\xfb\xff")).toBe("-_8");
});

test("a view of a part of a buffer is that part", () => {
  const view = new Uint8Array(new TextEncoder().encode("abcdef").buffer, 2, 3);
  expect(withBuffer.fromByteArray(view)).toBe("cde");
  expect(withoutBuffer.fromByteArray(view)).toBe("cde");
});
