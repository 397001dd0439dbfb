import { chooseResumption } from "./resumption.ts";

const SMALL = {
  compilesTexts: true,
  hasSourceMap: false,
  wantsSources: undefined,
  sizeBytes: 10_000,
};

test("small programs have resume scripts, large ones the sources", () => {
  expect(chooseResumption(SMALL)).toBe("script");
  expect(chooseResumption({ ...SMALL, sizeBytes: 1_000_000 })).toBe("source");
});

test("the settings decide, if they say", () => {
  expect(chooseResumption({ ...SMALL, wantsSources: true })).toBe("source");
  expect(chooseResumption({ ...SMALL, wantsSources: false, sizeBytes: 1_000_000 })).toBe("script");
});

test.each([{ compilesTexts: false }, { hasSourceMap: true }])(
  "where sources would not do there are scripts: %j",
  (choice) => {
    expect(chooseResumption({ ...SMALL, wantsSources: true, ...choice })).toBe("script");
  },
);
