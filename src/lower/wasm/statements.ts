/** @file Statements of loop code as instructions. */

import type { LoopFunction, Statement } from "../loops.ts";
import { writeBarrier } from "./barrier.ts";
import { unsigned } from "./encoding.ts";
import type { Kind } from "./instructions.ts";
import { empty, instruction } from "./instructions.ts";
import type { Surroundings } from "./values.ts";
import { Values } from "./values.ts";
import { Writer } from "./writer.ts";

/** What a function has to know of its module. */
export interface Context extends Surroundings {
  readonly kind: Kind;
  /** The number of each function by its name. */
  readonly indices: ReadonlyMap<string, number>;
}

/** The body of one function: its variables, then its instructions. */
export function functionBody(f: LoopFunction, context: Context): number[] {
  const writer = new Writer(f, context.kind);
  const values = new Values(writer, context);
  const all = (statements: readonly Statement[]): void => statements.forEach(statement);

  const loop = ({ variable, from, to, step, body }: Extract<Statement, { kind: "loop" }>): void => {
    values.value(from);
    writer.set(variable);
    writer.emit(instruction.block, empty);
    writer.get(variable);
    values.value(to);
    writer.emit(instruction.atLeast, instruction.branchIf, 0);
    writer.emit(instruction.loop, empty);
    all(body);
    writer.advance(variable, step);
    values.value(to);
    writer.emit(instruction.less, instruction.branchIf, 0, instruction.end, instruction.end);
  };

  const statement = (s: Statement): void => {
    switch (s.kind) {
      case "set":
        if (s.local.type === "address") values.pointer(s.value);
        else values.value(s.value);
        writer.set(s.local);
        return;
      case "store":
        values.stored(s.at, s.value);
        return;
      case "loop":
        loop(s);
        return;
      case "when":
        values.compared(s.relation, s.a, s.b);
        writer.emit(instruction.if, empty);
        all(s.body);
        if (s.otherwise.length > 0) {
          writer.emit(instruction.else);
          all(s.otherwise);
        }
        writer.emit(instruction.end);
        return;
      case "while":
        writer.emit(instruction.loop, empty);
        values.compared(s.relation, s.a, s.b);
        writer.emit(instruction.if, empty);
        all(s.body);
        writer.emit(instruction.branch, 1, instruction.end, instruction.end);
        return;
      case "run":
        for (const arg of s.args) values.value(arg);
        writer.emit(instruction.call, ...unsigned(context.indices.get(s.name)!));
        return;
      case "aside":
      case "prefetch":
        return;
      case "barrier":
        if (context.threads > 1) writeBarrier(writer, context.threads);
        return;
      default:
        s satisfies never;
    }
  };

  all(f.body);
  return writer.finished();
}
