/** @file Which functions of numbers a module has to be given. */

import type { Called, Module, Statement, Value } from "../loops.ts";

/** The functions of numbers that a module calls. */
export function calledIn(module: Module): Set<Called> {
  const found = new Set<Called>();
  const visit = (v: Value): void => {
    switch (v.kind) {
      case "call":
        found.add(v.name);
        v.args.forEach(visit);
        return;
      case "op":
        v.args.forEach(visit);
        return;
      case "choose":
        [v.a, v.b, v.chosen, v.otherwise].forEach(visit);
        return;
      case "gathered":
        v.lanes.forEach(visit);
        return;
      case "splat":
      case "lane":
      case "realOf":
      case "intOf":
        visit(v.of);
        return;
      default:
    }
  };
  const walk = (statements: readonly Statement[]): void => {
    for (const s of statements) {
      if (s.kind === "set" || s.kind === "store") visit(s.value);
      else if (s.kind === "loop") walk(s.body);
      else if (s.kind === "when" || s.kind === "while") {
        visit(s.a);
        visit(s.b);
        if (s.kind === "while") walk(s.body);
        else {
          walk(s.body);
          walk(s.otherwise);
        }
      }
    }
  };
  for (const { body } of module.functions) walk(body);
  return found;
}
