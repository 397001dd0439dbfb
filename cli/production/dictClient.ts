/**
 * The shared dictionaries as a worker has them: the supervisor keeps them, and calls wait for its answer. Whatever is asked in
 * one turn of the event loop goes in one message, in the order in which it was asked, which is that in which it is done.
 */
import {
  DictError,
  type DictReply,
  type DictRequest,
  type SharedDict,
} from "../../runtime/sharedDicts/index.ts";
import { decodeReply, encodeRequest, wireSize, type WireRequest } from "./dictWire.ts";
import type { DictReplies, DictRequests } from "./messages.ts";

/** Of keys and values: what both processes copy, and hold, in one piece. */
export const MAX_VALUE_BYTES = 16 * 2 ** 20;
/** Another message begins behind it. */
const MESSAGE_BYTES = 2 ** 20;

export const UNREACHABLE = "the shared dictionaries are out of reach";

export interface DictChannel {
  readonly isOpen: () => boolean;
  /** @param onLost The message did not get through. */
  readonly send: (message: DictRequests, onLost: () => void) => void;
}

interface Pending {
  readonly resolve: (reply: DictReply) => void;
  readonly reject: (error: DictError) => void;
}

export class DictClient {
  private readonly channel: DictChannel;
  private readonly pending = new Map<number, Pending>();
  private queue: WireRequest[] = [];
  private isPlanned = false;
  /** That of the first in the queue; each has one more than the one before. */
  private firstId = 1;

  constructor(channel: DictChannel) {
    this.channel = channel;
  }

  dict(name: string): SharedDict {
    return { isAway: true, request: (request) => this.request(name, request) };
  }

  /** Takes answers, which come in the order of the requests. */
  take({ first, replies }: DictReplies): void {
    replies.forEach((reply, index) => {
      const waiting = this.takePending(first + index);
      if (typeof reply === "string") waiting?.reject(new DictError(reply));
      else waiting?.resolve(decodeReply(reply));
    });
  }

  /** The supervisor is gone: nobody is to wait for it. */
  fail(): void {
    for (const { reject } of this.pending.values()) reject(new DictError(UNREACHABLE));
    this.pending.clear();
    this.firstId += this.queue.length;
    this.queue = [];
  }

  private request(dict: string, request: DictRequest): DictReply | Promise<DictReply> {
    if (sizeOf(request) > MAX_VALUE_BYTES) return Promise.resolve(tooLarge(request));
    if (!this.channel.isOpen()) return Promise.reject(new DictError(UNREACHABLE));
    const id = this.firstId + this.queue.length;
    this.queue.push(encodeRequest(dict, request));
    if (!this.isPlanned) {
      this.isPlanned = true;
      setImmediate(() => this.flush());
    }
    return new Promise((resolve, reject) => this.pending.set(id, { resolve, reject }));
  }

  private flush(): void {
    this.isPlanned = false;
    while (this.queue.length > 0) {
      let count = 0;
      let size = 0;
      for (const request of this.queue) {
        const larger = size + wireSize(request);
        if (count > 0 && larger > MESSAGE_BYTES) break;
        size = larger;
        count++;
      }
      const first = this.firstId;
      this.firstId += count;
      this.channel.send({ type: "dicts", first, requests: this.queue.splice(0, count) }, () => {
        for (let id = first; id < first + count; id++) {
          this.takePending(id)?.reject(new DictError(UNREACHABLE));
        }
      });
    }
  }

  private takePending(id: number): Pending | undefined {
    const waiting = this.pending.get(id);
    this.pending.delete(id);
    return waiting;
  }
}

function sizeOf({ key, value }: DictRequest): number {
  return key.length + (typeof value === "string" ? value.length : 0);
}

/** As a dictionary says it. */
function tooLarge({ command }: DictRequest): DictReply {
  return command === "lpush" || command === "rpush"
    ? [undefined, "no memory"]
    : [false, "no memory", false];
}
