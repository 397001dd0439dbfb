/** `ngx.re.sub` and `ngx.re.gsub`. */
import { first } from "../../../core/call.ts";
import { BuiltinFrame, builtinCode, firstOf, leave } from "../../../core/frames.ts";
import { toText } from "../../../core/toText.ts";
import type { LuaFunction, LuaValue, Results } from "../../../core/value.ts";
import { captureTable } from "./captures.ts";
import type { Regex } from "./regex.ts";
import { afterMatch, readRequest, searchError } from "./search.ts";
import { fillTemplate, readTemplate, type Template } from "./template.ts";

export function substitute(values: readonly LuaValue[], isGlobal: boolean): Results {
  const { subject, regex } = readRequest(values, 4);
  if (typeof regex === "string") return [undefined, undefined, regex];
  const [, , replacement] = values;
  const replacer =
    typeof replacement === "function" ? replacement : readTemplate(toText(replacement));
  if (replacer === undefined) {
    return [undefined, undefined, "failed to compile the replacement template"];
  }
  return new Substitution({ subject, regex, replacer, isGlobal }).advance();
}

interface Job {
  readonly subject: string;
  readonly regex: Regex;
  readonly replacer: Template | LuaFunction;
  readonly isGlobal: boolean;
}

const CODES = { sub: builtinCode("ngx.re.sub"), gsub: builtinCode("ngx.re.gsub") };

/** A call; left while a function that makes a replacement waits. */
class Substitution extends BuiltinFrame {
  private readonly job: Job;
  private output = "";
  /** Up to here the subject is in the output. */
  private copied = 0;
  /** Where the next match is looked for. */
  private from = 0;
  private count = 0;

  constructor(job: Job) {
    super(job.isGlobal ? CODES.gsub : CODES.sub);
    this.job = job;
  }

  advance(): Results {
    const { subject, regex, replacer, isGlobal } = this.job;
    while (this.from <= subject.length && (isGlobal || this.count === 0)) {
      const outcome = regex.search(subject, this.from);
      if (outcome < 0) return [undefined, undefined, searchError(outcome)];
      if (outcome === 0) break;
      this.count++;
      this.output += subject.slice(this.copied, regex.start);
      this.copied = regex.end;
      this.from = afterMatch(regex);
      if (typeof replacer === "function") {
        // What it calls may use the same pattern.
        const value = first(replacer(captureTable(regex)));
        if (value === null) return leave(this);
        this.output += toText(value);
      } else {
        this.output += fillTemplate(replacer, regex);
      }
    }
    return [this.count === 0 ? subject : this.output + subject.slice(this.copied), this.count];
  }

  run(results: Results): Results {
    this.output += toText(firstOf(results));
    return this.advance();
  }
}
