/** Files of the zone database: TZif, versions 1 to 4 (RFC 9636). */
import type { LocalTimeType, TimeZone } from "./timeZone.ts";
import { parseZoneRule } from "./zoneRule.ts";

const MAGIC = "TZif";
const HEADER_BYTES = 44;

interface Block {
  readonly transitions: readonly number[];
  /** Which type each transition leads to. */
  readonly typeOfTransition: readonly number[];
  readonly types: readonly LocalTimeType[];
  readonly end: number;
}

/** @param bytes The contents of a file; `undefined` comes back when it is none of these files. */
export function parseZoneFile(bytes: string): TimeZone | undefined {
  if (!bytes.startsWith(MAGIC)) return undefined;
  const reader = new DataView(Uint8Array.from(bytes, (char) => char.charCodeAt(0)).buffer);
  try {
    const old = readBlock(bytes, reader, 0, 4);
    if (bytes.charAt(4) < "2") return zoneOf(old, undefined);
    const block = readBlock(bytes, reader, old.end, 8);
    const footer = /^\n(.*)\n/.exec(bytes.slice(block.end))?.[1] ?? "";
    return zoneOf(block, parseZoneRule(footer));
  } catch (thrown) {
    // The file ends too early.
    if ((thrown as Error).name === "RangeError") return undefined;
    throw thrown;
  }
}

function readBlock(bytes: string, reader: DataView, start: number, timeBytes: 4 | 8): Block {
  const count = (place: number) => reader.getUint32(start + 20 + 4 * place);
  const [utcCount, standardCount, leapCount] = [count(0), count(1), count(2)];
  const [transitionCount, typeCount, nameBytes] = [count(3), count(4), count(5)];
  const timesStart = start + HEADER_BYTES;
  const indexStart = timesStart + transitionCount * timeBytes;
  const typesStart = indexStart + transitionCount;
  const namesStart = typesStart + 6 * typeCount;
  const end = namesStart + nameBytes + leapCount * (timeBytes + 4) + standardCount + utcCount;
  const names = bytes.slice(namesStart, namesStart + nameBytes);
  const typeAt = (place: number): LocalTimeType => {
    const nameStart = reader.getUint8(place + 5);
    return {
      offsetSeconds: reader.getInt32(place),
      isDaylightSaving: reader.getUint8(place + 4) !== 0,
      abbreviation: names.slice(nameStart, names.indexOf("\0", nameStart)),
    };
  };
  const timeAt = (place: number) =>
    timeBytes === 4 ? reader.getInt32(place) : Number(reader.getBigInt64(place));
  return {
    transitions: listOf(transitionCount, (n) => timeAt(timesStart + n * timeBytes)),
    typeOfTransition: listOf(transitionCount, (n) => reader.getUint8(indexStart + n)),
    types: listOf(typeCount, (n) => typeAt(typesStart + 6 * n)),
    end,
  };
}

function listOf<Item>(length: number, itemAt: (index: number) => Item): Item[] {
  return Array.from({ length }, (_, index) => itemAt(index));
}

/** @param later The zone from the last transition on. */
function zoneOf(block: Block, later: TimeZone | undefined): TimeZone | undefined {
  const { transitions, typeOfTransition, types } = block;
  const earliest = types.find((type) => !type.isDaylightSaving) ?? types[0];
  if (earliest === undefined) return undefined;
  return (epochSeconds) => {
    let low = 0;
    let high = transitions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((transitions[middle] ?? Infinity) <= epochSeconds) low = middle + 1;
      else high = middle;
    }
    if (low === transitions.length && later !== undefined) return later(epochSeconds);
    return types[typeOfTransition[low - 1] ?? -1] ?? earliest;
  };
}
