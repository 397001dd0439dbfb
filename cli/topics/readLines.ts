/** Lines of a text in UTF-8, one at a time, however long the text is. */
import { systemErrorCode, UserError } from "../errors.ts";

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

const LINE_BREAK = 0x0a;
/** More than any event may be. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/**
 * @param name For messages.
 * @throws UserError "events.jsonl:3: the line is not in UTF-8", and what the stream throws
 */
export async function* readLines(
  stream: AsyncIterable<Buffer | string>,
  name: string,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let number = 1;
  let pieces: Buffer[] = [];
  let sizeBytes = 0;
  const take = (): Line => {
    const bytes = Buffer.concat(pieces);
    [pieces, sizeBytes] = [[], 0];
    try {
      return { number: number++, text: decoder.decode(bytes) };
    } catch (error) {
      if (systemErrorCode(error) !== "ERR_ENCODING_INVALID_ENCODED_DATA") throw error;
      throw new UserError(`${name}:${String(number - 1)}: the line is not in UTF-8`);
    }
  };
  for await (const chunk of stream) {
    let rest = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    for (;;) {
      const end = rest.indexOf(LINE_BREAK);
      const piece = end < 0 ? rest : rest.subarray(0, end);
      sizeBytes += piece.length;
      if (sizeBytes > MAX_LINE_BYTES) {
        throw new UserError(`${name}:${String(number)}: the line has more than 64 MB`);
      }
      pieces.push(piece);
      if (end < 0) break;
      yield take();
      rest = rest.subarray(end + 1);
    }
  }
  if (sizeBytes > 0) yield take();
}
