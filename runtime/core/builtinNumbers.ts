/**
 * The numbers by which LuaJIT shows library functions that it knows itself: `function: builtin#29` is `print`. Programs
 * tell LuaJIT by it (`tostring(assert):match("builtin")`). As its build numbers them in `lj_ffdef.h`: those of a range
 * follow each other; what is missing are functions that ours are without.
 */
const RANGES: readonly (readonly [number, string, string])[] = [
  [
    2,
    "",
    "assert type next pairs ipairs_aux ipairs getmetatable setmetatable getfenv setfenv rawget",
  ],
  [
    13,
    "",
    "rawset rawequal unpack select tonumber tostring error pcall xpcall loadfile load loadstring",
  ],
  [25, "", "dofile gcinfo collectgarbage newproxy print"],
  [30, "coroutine.", "status running isyieldable create yield resume wrap_aux wrap"],
  [
    38,
    "math.",
    "abs floor ceil sqrt log10 exp sin cos tan asin acos atan sinh cosh tanh frexp modf log",
  ],
  [56, "math.", "atan2 pow fmod ldexp min max random randomseed"],
  [64, "bit.", "tobit bnot bswap lshift rshift arshift rol ror band bor bxor tohex"],
  [
    76,
    "string.",
    "byte char sub rep reverse lower upper dump find match gmatch_iterator gmatch gsub format",
  ],
  [90, "table.", "maxn insert concat sort new clear"],
  [96, "file.", "close read write flush seek setvbuf lines gc tostring"],
  [105, "io.", "open popen tmpfile close read write flush input output lines type"],
  [116, "os.", "execute remove rename tmpname getenv exit clock date time difftime setlocale"],
  [
    127,
    "debug.",
    "getregistry getmetatable setmetatable getfenv setfenv getinfo getlocal setlocal",
  ],
  [135, "debug.", "getupvalue setupvalue upvalueid upvaluejoin sethook gethook debug traceback"],
  [143, "jit.", "on off flush status security attach"],
  [160, "jit.opt.", "start"],
  [
    204,
    "buffer.",
    "free reset skip set put putf get putcdata reserve commit ref encode decode gc tostring __len",
  ],
  [220, "string.buffer.", "new encode decode"],
];

const numbers = new Map(
  RANGES.flatMap(([first, library, names]) =>
    names.split(" ").map((name, index) => [library + name, first + index] as const),
  ),
);

/** @param name Of a builtin, with that of its library. */
export function builtinNumber(name: string): number | undefined {
  return numbers.get(name);
}
