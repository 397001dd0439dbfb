import { PassThrough } from "node:stream";
import { styleFor } from "./style.ts";
import { formatTable } from "./table.ts";

const plain = styleFor(new PassThrough(), {});
const coloured = styleFor(Object.assign(new PassThrough(), { isTTY: true }), {});

test("columns are aligned, numbers at the right", () => {
  const columns = [{ title: "name" }, { title: "events", isNumber: true }, { title: "last" }];
  const rows = [
    ["orders", 12, "today"],
    ["größer\n", 1234567, undefined],
    ["", 0, "x"],
  ];
  expect(formatTable(columns, rows, plain)).toBe(
    [
      "NAME       EVENTS  LAST",
      "orders         12  today",
      "größer\\n  1234567  -",
      "-               0  x",
      "",
    ].join("\n"),
  );
});

test("colours do not count", () => {
  const columns = [{ title: "a", paint: coloured.cyan }, { title: "b" }];
  expect(formatTable(columns, [["x", "y"]], coloured)).toBe(
    "\u001b[2mA\u001b[0m  \u001b[2mB\u001b[0m\n\u001b[36mx\u001b[0m  y\n",
  );
});

test("without rows there are only titles", () => {
  expect(formatTable([{ title: "a" }, { title: "b", isNumber: true }], [], plain)).toBe("A  B\n");
});
