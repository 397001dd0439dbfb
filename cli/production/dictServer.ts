/**
 * The shared dictionaries as the supervisor keeps them: does what workers ask for, and answers. What is asked of it is done in
 * turn and at once; it waits only for a worker that does not take its answers as fast as it asks.
 */
import type { DictSet } from "../../runtime/sharedDicts/index.ts";
import {
  decodeRequest,
  encodeReply,
  wireSize,
  type WireReply,
  type WireRequest,
} from "./dictWire.ts";
import type { DictReplies, DictRequests } from "./messages.ts";

/** So much is on its way to a worker before it is waited for. */
const MESSAGE_BYTES = 2 ** 20;
/** The keys of a large dictionary; nothing else gets there. */
const MAX_REPLY_BYTES = 64 * 2 ** 20;

/** @param onSent Is called once the worker has taken it, or never. */
export type SendReplies = (message: DictReplies, onSent: () => void) => void;

/** For one worker. When that ends nothing is left of it. */
export class DictServer {
  private readonly dicts: DictSet;
  private readonly send: SendReplies;
  private readonly messages: DictRequests[] = [];
  /** How many of the first message are answered. */
  private answered = 0;
  private isWaiting = false;

  constructor(dicts: DictSet, send: SendReplies) {
    this.dicts = dicts;
    this.send = send;
  }

  take(message: DictRequests): void {
    this.messages.push(message);
    this.work();
  }

  private work(): void {
    for (let message; !this.isWaiting && (message = this.messages[0]) !== undefined;) {
      const { first, requests } = message;
      const replies: WireReply[] = [];
      const before = this.answered;
      let size = 0;
      while (this.answered < requests.length && size < MESSAGE_BYTES) {
        const reply = this.answer(requests[this.answered] as WireRequest);
        replies.push(reply);
        size += wireSize(reply);
        this.answered++;
      }
      if (this.answered === requests.length) {
        this.messages.shift();
        this.answered = 0;
      }
      this.isWaiting = size >= MESSAGE_BYTES;
      const isAwaited = this.isWaiting;
      this.send({ type: "dict-replies", first: first + before, replies }, () => {
        if (!isAwaited) return;
        this.isWaiting = false;
        this.work();
      });
    }
  }

  private answer(request: WireRequest): WireReply {
    const [name, command] = request;
    const dict = this.dicts.get(name);
    if (dict === undefined) return `there is no shared dictionary '${name}' any more`;
    try {
      const reply = encodeReply(dict.request(decodeRequest(request)));
      if (wireSize(reply) <= MAX_REPLY_BYTES) return reply;
      return "too many keys; ask for fewer at once, as in get_keys(1000)";
    } catch (thrown) {
      // Whatever a worker asks for: the supervisor goes on. A worker may be of another version, when spacer was replaced.
      return `the shared dictionary can't do '${command}': ${thrown instanceof Error ? thrown.message : ""}`;
    }
  }
}
