/**
 * For debuggers: records which pieces of the text stem from which place in Lua, while it is printed.
 *
 * A debugger asks for the exact positions of statements, where it stops, and of calls, for the frames of a
 * stack. So each statement begins a piece; one that is nothing of Lua's begins a piece from nowhere, and
 * debuggers step over it. Where variables are declared, pieces have their Lua names; they count as a part
 * of the first statement behind them, because that is where a breakpoint in them would stop.
 */
import type * as ESTree from "estree";
import type { State } from "astring";
import type { LuaPlace, Sited, Step } from "../3-generate/index.ts";

/** Where a piece of the text stems from, up to the next mapping or the end of its line. */
export interface Mapping {
  /** Line in the emitted code, from 1. */
  readonly emitted: number;
  /** From 0. */
  readonly column: number;
  /** `undefined` for what is nothing of Lua's. */
  readonly place: LuaPlace | undefined;
  /** Of the Lua variable that is declared here. */
  readonly name?: string;
}

type PrintNode = (node: never, state: State) => void;

/** The kinds of statements that debuggers stop at; others only consist of such. */
const STOPPING = [
  "BreakStatement",
  "ContinueStatement",
  "DebuggerStatement",
  "ExpressionStatement",
  "ForStatement",
  "IfStatement",
  "ReturnStatement",
  "SwitchStatement",
  "VariableDeclaration",
  "WhileStatement",
] as const;

export class PlaceRecorder {
  private readonly mappings: Mapping[] = [];
  /** Of the statement around, for one that has none of its own. */
  private inherited: LuaPlace | undefined = undefined;
  /** Of the statement that was begun last. */
  private latest: LuaPlace | undefined = undefined;

  /** Printers that record, for the kinds of nodes that matter. @param linesBefore Of the text before the tree. */
  hooks(
    generator: object,
    linesBefore: () => number,
  ): Record<string, (node: never, state: State) => void> {
    const printers = generator as Readonly<Record<string, PrintNode>>;
    const at = ({ line = 1, column = 0 }: State) => ({ emitted: line + linesBefore(), column });
    const printWith = (kind: string) => printers[kind] as PrintNode;
    const stopping = STOPPING.map((kind) => {
      const print = printWith(kind);
      return [
        kind,
        function (this: unknown, node: ESTree.Statement, state: State) {
          recorder.begin(node.luaPlace, at(state));
          print.call(this, node as never, state);
        },
      ] as const;
    });
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- in the printers `this` is the generator
    const recorder = this;
    const passOn = (kind: string) =>
      function (this: unknown, node: Sited | ESTree.LabeledStatement, state: State) {
        recorder.inherited = node.luaPlace;
        printWith(kind).call(this, node as never, state);
      };
    return {
      ...(Object.fromEntries(stopping) as Record<string, PrintNode>),
      Sited: passOn("Sited"),
      LabeledStatement: passOn("LabeledStatement"),
      BlockStatement(node: never, state) {
        recorder.inherited = undefined;
        printWith("BlockStatement").call(this, node, state);
      },
      Identifier({ name, luaName }: ESTree.Identifier, state: State) {
        if (luaName !== undefined) {
          recorder.mappings.push({ ...at(state), place: undefined, name: luaName });
        }
        state.write(name);
      },
      /** Debuggers stop at the value: where frames are entered, which is nothing of Lua's. */
      VariableDeclarator(
        this: Readonly<Record<string, PrintNode>>,
        { id, init }: ESTree.VariableDeclarator,
        state: State,
      ) {
        this[id.type]?.(id as never, state);
        if (!init) return;
        state.write(" = ");
        recorder.mappings.push({ ...at(state), place: undefined });
        this[init.type]?.(init as never, state);
      },
      /** Of one parameter astring would print the name itself. */
      ArrowFunctionExpression(
        this: Readonly<Record<string, PrintNode>>,
        { params, body }: ESTree.ArrowFunctionExpression,
        state: State,
      ) {
        state.write("(");
        params.forEach((parameter, index) => {
          if (index > 0) state.write(", ");
          this[parameter.type]?.(parameter as never, state);
        });
        state.write(") => ");
        this[body.type]?.(body as never, state);
      },
      Step({ site, ...node }: Step, state: State) {
        const before = state.line ?? 1;
        printWith("Step").call(this, { site, ...node } as never, state);
        recorder.step(site.line, before + linesBefore() + 1);
      },
    };
  }

  /** What was recorded, with declarations counted to what follows them. */
  finish(): readonly Mapping[] {
    let next: LuaPlace | undefined;
    const finished = this.mappings.toReversed().flatMap((mapping) => {
      if (mapping.name === undefined) {
        next = mapping.place ?? next;
        return [mapping];
      }
      return next === undefined ? [] : [{ ...mapping, place: next }];
    });
    return finished.toReversed().sort((a, b) => a.emitted - b.emitted || a.column - b.column);
  }

  private begin(own: LuaPlace | undefined, position: Pick<Mapping, "emitted" | "column">): void {
    const place = own ?? this.inherited;
    this.inherited = undefined;
    if (place !== undefined) this.latest = place;
    this.mappings.push({ ...position, place });
  }

  /** A line in the middle of a statement. */
  private step(line: number, emitted: number): void {
    if (this.latest !== undefined) {
      // A main chunk's own line is 0.
      const place = line === 0 ? this.latest : { ...this.latest, line };
      this.mappings.push({ emitted, column: 0, place });
    }
  }
}
