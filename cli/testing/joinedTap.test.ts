import { JoinedTap } from "./joinedTap.ts";

function joined(use: (tap: JoinedTap) => void): string {
  let written = "";
  use(new JoinedTap((text) => (written += text)));
  return written;
}

test("tests are numbered on, and the plan comes last", () => {
  const text = joined((tap) => {
    tap.push("1..2\n# Started\nok     1\tx.a\nnot ok 2\tx.b\n#   why\n");
    tap.endFile("test/x.lua", undefined);
    tap.push("1..1\nok     1\ty.a # SKIP later\n");
    tap.endFile("test/y.lua", undefined);
    tap.end();
  });
  expect(text).toBe(
    "# Started\nok     1\tx.a\nnot ok 2\tx.b\n#   why\nok     3\ty.a # SKIP later\n1..3\n",
  );
});

test("a file that fails as a whole counts as a test", () => {
  const text = joined((tap) => {
    tap.push("half a line");
    tap.endFile("test/x.lua", "was stopped by SIGKILL");
    tap.end();
  });
  expect(text).toBe("half a line\nnot ok 1\ttest/x.lua\n#   was stopped by SIGKILL\n1..1\n");
});

test("output comes in pieces of any size", () => {
  const output = "1..1\nok     1\tx.a\nlook: ok 1\n";
  const text = joined((tap) => {
    for (const char of output) tap.push(char);
    tap.endFile("test/x.lua", undefined);
  });
  expect(text).toBe("ok     1\tx.a\nlook: ok 1\n");
});

test("a result behind what a test printed gets a line of its own, if it is the next", () => {
  const text = joined((tap) => {
    tap.push("1..1\nso farnot ok 1\tx.a\nso farok 7\tno result\n");
  });
  expect(text).toBe("so far\nnot ok 1\tx.a\nso farok 7\tno result\n");
});
