/** What code of V8's cache depends on besides the source. */

/**
 * Names this Node and the flags it runs with: V8 takes no code that it made with others. What it does not tell, such as
 * the features of the processor, V8 finds out by itself.
 */
export function engineId(): string {
  const flags = [...process.execArgv, process.env["NODE_OPTIONS"] ?? ""].join(" ");
  return `${process.version}-${process.arch}-${textHash(flags)}`;
}

/** 64 bits of a text, as 16 hexadecimal digits: for names of files, not against attackers. */
export function textHash(text: string, seed = 0): string {
  let low = 0x811c_9dc5 ^ seed;
  let high = 0x9747_b28c;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x0100_0193);
    high = Math.imul((high ^ code) + (low >>> 24), 0x85eb_ca6b);
  }
  return hex(low) + hex(high ^ (low >>> 13));
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
