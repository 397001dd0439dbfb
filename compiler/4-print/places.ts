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
  /**
   * Debuggers also stop here, though the Lua statement was begun before, or is yet to be: at the declarations of
   * a block, at the `if` behind what its condition calls.
   */
  readonly isFurtherStop?: true;
  /**
   * It leads beside the place, so that no breakpoint is set here: where names are declared, and where resumed code
   * goes to the statement that it is entered behind.
   */
  readonly isBeside?: true;
}

type Position = Pick<Mapping, "emitted" | "column">;

type PrintNode = (node: never, state: State) => void;

/** The kinds of statements that debuggers stop at; others only consist of such. */
const STOPPING = [
  "BreakStatement",
  "ContinueStatement",
  "DebuggerStatement",
  "ExpressionStatement",
  "IfStatement",
  "ReturnStatement",
  "VariableDeclaration",
  "WhileStatement",
] as const;

/** How far behind its beginning a debugger stops in a part of a loop's head: V8 counts `i += 1` from the operator. */
function stopWithin(part: ESTree.Node): number {
  const isStep = part.type === "AssignmentExpression" && part.operator !== "=";
  return isStep && part.left.type === "Identifier" ? `${part.left.name} `.length : 0;
}

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
      SwitchStatement(node: never, state: State) {
        recorder.announce(at(state));
        printWith("SwitchStatement").call(this, node, state);
      },
      BlockStatement(node: never, state) {
        recorder.inherited = undefined;
        printWith("BlockStatement").call(this, node, state);
      },
      Identifier({ name, luaName }: ESTree.Identifier, state: State) {
        if (luaName !== undefined) {
          recorder.announce(at(state), luaName);
        }
        state.write(name);
      },
      /** Debuggers stop at the name, or at the value. */
      VariableDeclarator(
        this: Readonly<Record<string, PrintNode>>,
        { id, init }: ESTree.VariableDeclarator,
        state: State,
      ) {
        const isBlockOfLua = !init && (id as ESTree.Identifier).luaName !== undefined;
        this[id.type]?.(id as never, state);
        // Where the block is entered at its beginning only, its first statement begins here.
        if (isBlockOfLua) recorder.announcedIsBegin();
        if (!init) return;
        state.write(" = ");
        if ((id as ESTree.Identifier).luaName !== undefined) recorder.announce(at(state));
        this[init.type]?.(init as never, state);
      },
      /** Debuggers stop at all three parts. */
      ForStatement(
        this: Readonly<Record<string, PrintNode>>,
        { luaPlace, ...node }: ESTree.ForStatement,
        state: State,
      ) {
        const place = recorder.begin(luaPlace, at(state));
        const print = (part: ESTree.Node | null | undefined, isFurtherStop: boolean): void => {
          if (!part) return;
          if (isFurtherStop && place !== undefined) {
            const { emitted, column } = at(state);
            recorder.mappings.push({
              emitted,
              column: column + stopWithin(part),
              place,
              isFurtherStop,
            });
          }
          this[part.type]?.(part as never, state);
        };
        state.write("for (");
        print(node.init, true);
        state.write("; ");
        print(node.test, false);
        state.write("; ");
        print(node.update, true);
        state.write(") ");
        print(node.body, false);
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
    const finished = this.mappings.toReversed().map((mapping) => {
      const { place, isFurtherStop } = mapping;
      if (place === undefined && isFurtherStop === true) return { ...mapping, place: next };
      next = place ?? next;
      return mapping;
    });
    return finished.toReversed().sort((a, b) => a.emitted - b.emitted || a.column - b.column);
  }

  /** Something that counts as a part of the statement to come. */
  private announce(position: Position, name?: string): void {
    this.mappings.push({
      ...position,
      place: undefined,
      isFurtherStop: true,
      isBeside: true,
      ...(name === undefined ? {} : { name }),
    });
  }

  private announcedIsBegin(): void {
    const last = this.mappings.pop();
    if (last === undefined) return;
    const { isBeside, ...mapping } = last;
    this.mappings.push(mapping);
  }

  private begin(own: LuaPlace | undefined, position: Position): LuaPlace | undefined {
    const place = own ?? this.inherited;
    this.inherited = undefined;
    const { latest } = this;
    const isSame =
      place !== undefined && place.offset === latest?.offset && place.line === latest.line;
    this.mappings.push({ ...position, place, ...(isSame ? { isFurtherStop: true } : {}) });
    if (place !== undefined) this.latest = place;
    return place;
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
