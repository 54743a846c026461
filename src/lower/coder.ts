/** @file Writing loop code: functions, scopes, and the small simplifications that make it readable. */

import type {
  Address,
  Called,
  IntOp,
  Local,
  LoopFunction,
  NumberOp,
  Pace,
  Relation,
  Statement,
  Type,
  Value,
} from "./loops.ts";

export const int = (value: number): Value => ({ kind: "int", value });

/** Arithmetic on whole numbers; what is known is computed. */
export function whole(op: IntOp, a: Value, b: Value): Value {
  if (a.kind === "int" && b.kind === "int") {
    const [x, y] = [a.value, b.value];
    switch (op) {
      case "+":
        return int(x + y);
      case "-":
        return int(x - y);
      case "*":
        return int(x * y);
      case "/":
        return int(Math.floor(x / y));
      case "%":
        return int(x % y);
      case "min":
        return int(Math.min(x, y));
      default:
        return op satisfies never;
    }
  }
  if (b.kind === "int") {
    if (b.value === 0 && (op === "+" || op === "-")) return a;
    if (b.value === 1 && (op === "*" || op === "/")) return a;
    if (b.value === 0 && op === "*") return b;
  }
  if (a.kind === "int") {
    if (a.value === 0 && op === "+") return b;
    if (a.value === 1 && op === "*") return b;
    if (a.value === 0 && (op === "*" || op === "/" || op === "%")) return a;
  }
  return { kind: "whole", op, a, b };
}

/** The largest multiple up to a number. */
export const multipleUpTo = (a: Value, of: number): Value =>
  whole("*", whole("/", a, int(of)), int(of));

/** Where the whole pieces of a size end of which some stand between two places. */
export const endOfPieces = (from: Value, to: Value, size: number): Value =>
  whole("+", from, multipleUpTo(whole("-", to, from), size));

export type NumberType = "real" | "vector";

/** Whether a value is one number or a vector of them. */
export function typeOf(value: Value): Type {
  switch (value.kind) {
    case "int":
    case "whole":
    case "intOf":
    case "cut":
      return "int";
    default:
      return value.type;
  }
}

/** Whether a value is made of a pointer. */
export const hasAddress = (v: Value): boolean =>
  (v.kind === "local" && v.type === "address") ||
  (v.kind === "whole" && (hasAddress(v.a) || hasAddress(v.b)));

export const numberOf = (value: number, type: NumberType = "real"): Value => ({
  kind: "number",
  type,
  value,
});

/** The same value in every lane, where it is one number. */
export function splat(value: Value): Value {
  if (typeOf(value) === "vector") return value;
  return value.kind === "number"
    ? numberOf(value.value, "vector")
    : { kind: "splat", type: "vector", of: value };
}

/** Values of one type: vectors where one of them is one. */
function alike(values: readonly Value[]): { readonly type: NumberType; readonly args: Value[] } {
  const isVector = values.some((v) => typeOf(v) === "vector");
  return isVector
    ? { type: "vector", args: values.map(splat) }
    : { type: "real", args: [...values] };
}

export function op(name: NumberOp, ...values: readonly Value[]): Value {
  const { type, args } = alike(values);
  return { kind: "op", type, op: name, args };
}

export function called(name: Called, ...values: readonly Value[]): Value {
  const { type, args } = alike(values);
  return { kind: "call", type, name, args };
}

export function choose(
  relation: Relation,
  a: Value,
  b: Value,
  chosen: Value,
  otherwise: Value,
): Value {
  const { type, args } = alike([a, b, chosen, otherwise]);
  return {
    kind: "choose",
    type,
    relation,
    a: args[0]!,
    b: args[1]!,
    chosen: args[2]!,
    otherwise: args[3]!,
  };
}

export const realOf = (of: Value): Value =>
  of.kind === "int" ? numberOf(of.value) : { kind: "realOf", type: "real", of };

/** Writes one function, statement by statement; scopes within loops are lists of their own. */
export class Coder {
  readonly name: string;
  readonly parameters: Local[] = [];
  private readonly locals: Local[] = [];
  private count = 0;
  private readonly lists: Statement[][] = [[]];

  constructor(name: string) {
    this.name = name;
  }

  finished(): LoopFunction {
    return {
      name: this.name,
      parameters: this.parameters,
      locals: this.locals,
      body: this.lists[0]!,
    };
  }

  /** How many lists are open: a statement goes to the innermost, or to one around it. */
  get depth(): number {
    return this.lists.length - 1;
  }

  parameter(): Local {
    const local: Local = { kind: "local", type: "int", id: this.count++ };
    this.parameters.push(local);
    return local;
  }

  local(type: Type): Local {
    const local: Local = { kind: "local", type, id: this.count++ };
    this.locals.push(local);
    return local;
  }

  add(statement: Statement, depth = this.depth): void {
    this.lists[depth]!.push(statement);
  }

  set(local: Local, value: Value, depth = this.depth): void {
    this.add({ kind: "set", local, value }, depth);
  }

  /** A value under a name, computed once. */
  let(value: Value, depth = this.depth): Value {
    if (value.kind === "local" || value.kind === "int" || value.kind === "number") return value;
    const local = this.local(typeOf(value));
    this.set(local, value, depth);
    return local;
  }

  /** A place in memory under a name. */
  pointer(value: Value, depth = this.depth): Local {
    const local = this.local("address");
    this.set(local, value, depth);
    return local;
  }

  load(type: NumberType, at: Address): Value {
    return { kind: "load", type, at };
  }

  store(at: Address, value: Value): void {
    this.add({ kind: "store", at, value });
  }

  loop(from: Value, to: Value, step: number, body: (variable: Local) => void): void {
    if (from.kind === "int" && to.kind === "int" && from.value >= to.value) return;
    const variable = this.local("int");
    const inside = this.within(() => body(variable));
    if (inside.length > 0) this.add({ kind: "loop", variable, from, to, step, body: inside });
  }

  when(
    relation: Relation,
    a: Value,
    b: Value,
    body: () => void,
    otherwise: () => void = () => {},
  ): void {
    this.add({
      kind: "when",
      relation,
      a,
      b,
      body: this.within(body),
      otherwise: this.within(otherwise),
    });
  }

  while(relation: Relation, a: Value, b: Value, body: () => void): void {
    this.add({ kind: "while", relation, a, b, body: this.within(body) });
  }

  run(name: string, ...args: readonly Value[]): void {
    this.add({ kind: "run", name, args });
  }

  prefetch(at: Address, isWritten = false): void {
    this.add({ kind: "prefetch", at, isWritten });
  }

  barrier(pace: Pace | null = null): void {
    this.add({ kind: "barrier", pace });
  }

  private within(body: () => void): Statement[] {
    const list: Statement[] = [];
    this.lists.push(list);
    body();
    this.lists.pop();
    return list;
  }
}
