/** Calls of `string.find` and what LuaJIT 2.1 returns. Each shows one thing about patterns. */
import type { LuaValue } from "../../../core/value.ts";

export type FindCase = [
  values: [subject: string, pattern: string, init?: number, isPlain?: boolean | number],
  outcome: LuaValue[] | { error: string },
];

export const findCases: readonly FindCase[] = [
  [
    ["hello", "l+"],
    [3, 4],
  ],
  [
    ["hello", "l*"],
    [1, 0],
  ],
  [["hello", "xl?"], [undefined]],
  [["hello", "^l"], [undefined]],
  [
    ["hello", "^h"],
    [1, 1],
  ],
  [
    ["hello", "o$"],
    [5, 5],
  ],
  [["hello", "l$"], [undefined]],
  [
    ["a$b", "a$b"],
    [1, 3],
  ],
  [
    ["a.b", "a%.b"],
    [1, 3],
  ],
  [
    ["key=val", "(%w+)=(%w+)"],
    [1, 7, "key", "val"],
  ],
  [
    ["abc", "()b()"],
    [2, 2, 2, 3],
  ],
  [
    ["abc", "((a)(b))"],
    [1, 2, "ab", "a", "b"],
  ],
  [
    ["THE (quick) fox", "%((%a+)%)"],
    [5, 11, "quick"],
  ],
  [
    ["aaa", "a-"],
    [1, 0],
  ],
  [
    ["aaab", "a-b"],
    [1, 4],
  ],
  [["xaaab", "^a-b"], [undefined]],
  [
    ["aab", "a?ab"],
    [1, 3],
  ],
  [
    ["ab", "a?ab"],
    [1, 2],
  ],
  [
    ["aXb", "%u"],
    [2, 2],
  ],
  [
    ["a b", "%S%s%S"],
    [1, 3],
  ],
  [
    ["a\x00b", "%z"],
    [2, 2],
  ],
  [
    ["a\x00b", "[%z]b"],
    [2, 3],
  ],
  [
    ["tab\x09here", "%c"],
    [4, 4],
  ],
  [
    ["x=1;", "%p"],
    [2, 2],
  ],
  [
    ["deadBEEF!", "%x+"],
    [1, 8],
  ],
  [
    ["\x01\x02abc\x7f", "%g+"],
    [3, 5],
  ],
  [
    ["\xe9a", "[\xe0-\xff]"],
    [1, 1],
  ],
  [["\xe9", "%a"], [undefined]],
  [
    ["\xe9", "[^%a]"],
    [1, 1],
  ],
  [
    ["a]b", "[]]"],
    [2, 2],
  ],
  [
    ["a]b", "[^]]+"],
    [1, 1],
  ],
  [
    ["a^b", "[b^]"],
    [2, 2],
  ],
  [
    ["a-b", "[a-]+"],
    [1, 2],
  ],
  [
    ["a-b", "[%-]"],
    [2, 2],
  ],
  [
    ["b", "[a-c]"],
    [1, 1],
  ],
  [
    ["-", "[+--]"],
    [1, 1],
  ],
  [["ab", "[b-a]"], [undefined]],
  [
    ["z-", "[%a-z]+"],
    [1, 2],
  ],
  [
    ["a%b", "%%"],
    [2, 2],
  ],
  [
    ["a%b", "[%%]"],
    [2, 2],
  ],
  [
    ["f(a(b)c)d)", "%b()"],
    [2, 8],
  ],
  [
    ["((x)", "%b()"],
    [2, 4],
  ],
  [
    ["xyxy", "%bxy"],
    [1, 2],
  ],
  [
    ["aa", "%baa"],
    [1, 2],
  ],
  [
    ["THE (quick) fox", "%f[%a]%a+%f[%A]"],
    [1, 3],
  ],
  [
    ["abc", "%f[%z]"],
    [4, 3],
  ],
  [["", "%f[%z]"], [undefined]],
  [
    ["abcabc", "(abc)%1"],
    [1, 6, "abc"],
  ],
  [["abcab", "(abc)%1"], [undefined]],
  [
    ["aa bb", "(%a)%1 (%a)%2"],
    [1, 5, "a", "b"],
  ],
  [["ab", "()%1"], [undefined]],
  [
    ["", "(.-)%1"],
    [1, 0, ""],
  ],
  [
    ["[[x]]", "%[(=*)%[(.-)%]%1%]"],
    [1, 5, "", "x"],
  ],
  [
    ["[=[x]]]=]", "%[(=*)%[(.-)%]%1%]"],
    [1, 9, "=", "x]]"],
  ],
  [
    ["key = value", "^(%w+)%s*=%s*(%w+)$"],
    [1, 11, "key", "value"],
  ],
  [
    ["  trim me  ", "^%s*(.-)%s*$"],
    [1, 11, "trim me"],
  ],
  [
    ["    ", "^%s*(.-)%s*$"],
    [1, 4, ""],
  ],
  [
    ["/usr/lib/libm.so", ".*/(.*)%.(%w+)$"],
    [1, 16, "libm", "so"],
  ],
  [
    ["aXbXc", "(.*)X(.*)"],
    [1, 5, "aXb", "c"],
  ],
  [
    ["aXbXc", "(.-)X(.*)"],
    [1, 5, "a", "bXc"],
  ],
  [
    ["abab", "(a*(.)%w(%s*))"],
    [1, 3, "aba", "b", ""],
  ],
  [
    ["*+?", "*"],
    [1, 1],
  ],
  [
    ["a*b", "a**"],
    [1, 2],
  ],
  [
    ["^a", "^^"],
    [1, 1],
  ],
  [
    ["x^", "x^"],
    [1, 2],
  ],
  [
    ["$", "$$"],
    [1, 1],
  ],
  [
    ["-", "-"],
    [1, 1],
  ],
  [
    ["aaaa", "a?a?a?a?a?"],
    [1, 4],
  ],
  [
    ["ab12", "%a+%d-"],
    [1, 2],
  ],
  [
    ["ab12", "%a+%d-$"],
    [1, 4],
  ],
  [
    ["a,b,,c", ",(.-),"],
    [2, 4, "b"],
  ],
  [
    ["foo.bar", "[^.]+$"],
    [5, 7],
  ],
  [["ab", "a\x00junk"], [undefined]],
  [
    ["a\x00c", "a\x00%a"],
    [1, 1],
  ],
  [
    ["hello", "l", 4],
    [4, 4],
  ],
  [["hello", "l", 5], [undefined]],
  [
    ["hello", "^l", 3],
    [3, 3],
  ],
  [
    ["hello", "l", -2],
    [4, 4],
  ],
  [
    ["hello", "h", -10],
    [1, 1],
  ],
  [
    ["hello", "", 6],
    [6, 5],
  ],
  [
    ["hello", "", 10],
    [6, 5],
  ],
  [
    ["hello", "$", 10],
    [6, 5],
  ],
  [
    ["hello", "()", -1],
    [5, 4, 5],
  ],
  [
    ["a.b", ".", 1, true],
    [2, 2],
  ],
  [
    ["a.b", ".", 2, true],
    [2, 2],
  ],
  [
    ["hello", "", 10, true],
    [6, 5],
  ],
  [
    ["a+b", "+b", 1, false],
    [2, 3],
  ],
  [
    ["aaa", "a", 2, 0],
    [2, 2],
  ],
  [
    ["a)b", "a)"],
    [1, 2],
  ],
  [
    ["12", "2"],
    [2, 2],
  ],
  [
    ["abc", "b", 1.8999999999999999],
    [2, 2],
  ],
  [
    ["abc", "b", -1099511627776],
    [2, 2],
  ],
];

/** Mistakes are errors only when matching gets to them. */
export const malformedCases: readonly FindCase[] = [
  [["a", "%"], { error: "malformed pattern (ends with '%')" }],
  [["a", "a%"], { error: "malformed pattern (ends with '%')" }],
  [["b", "a%"], [undefined]],
  [["a", "["], { error: "malformed pattern (missing ']')" }],
  [["a", "[a"], { error: "malformed pattern (missing ']')" }],
  [["b", "a["], [undefined]],
  [["a", "[]"], { error: "malformed pattern (missing ']')" }],
  [["a", "[^]"], { error: "malformed pattern (missing ']')" }],
  [["a", "[%"], { error: "malformed pattern (missing ']')" }],
  [["a", "[%]"], { error: "malformed pattern (missing ']')" }],
  [["a", "[a-"], { error: "malformed pattern (missing ']')" }],
  [["a", "("], { error: "unfinished capture" }],
  [["a", "(a"], { error: "unfinished capture" }],
  [["b", "(a"], [undefined]],
  [["a", "()("], { error: "unfinished capture" }],
  [["a", "a)."], { error: "invalid pattern capture" }],
  [["a", ".)"], { error: "invalid pattern capture" }],
  [["a", "(a))"], { error: "invalid pattern capture" }],
  [["b", "(a))"], [undefined]],
  [["a", "%1"], { error: "invalid capture index" }],
  [["a", "(%1)"], { error: "invalid capture index" }],
  [["a", "%0"], { error: "invalid capture index" }],
  [["ab", "(a)%2"], { error: "invalid capture index" }],
  [["a", "%b"], { error: "unbalanced pattern" }],
  [["a", "%bx"], { error: "unbalanced pattern" }],
  [["a", "%f"], { error: "missing '[' after '%f' in pattern" }],
  [["a", "%fa"], { error: "missing '[' after '%f' in pattern" }],
  [["a", "%f[a"], { error: "malformed pattern (missing ']')" }],
  [["a", "a*["], { error: "malformed pattern (missing ']')" }],
  [
    [
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)",
    ],
    { error: "too many captures" },
  ],
  [
    [
      "a",
      "(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)",
    ],
    [undefined],
  ],
];
