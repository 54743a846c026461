/** @file Which dollars are formulas: those that GitHub takes for one, and no sums of money. */

import type { Parsers } from "./markdown.ts";

type Extension = ReturnType<Parsers["math"]>;
type Construct = Exclude<NonNullable<Extension["text"]>[number], undefined | readonly unknown[]>;
type State = ReturnType<Construct["tokenize"]>;
type Code = Parameters<State>[0];

const dollar = 36;

/**
 * Formulas in a line as GitHub reads them: after `$` stands no blank, and the next `$` ends the formula, with
 * no blank before it and no digit after it: “$5 and $10” are sums of money. Between `$$` anything may stand.
 */
export function withoutMoney(math: Extension): Extension {
  const given = math.text?.[dollar];
  if (!given || Array.isArray(given))
    throw new Error("internal: math reads dollars in another way");
  const { tokenize } = given;
  const guarded: Construct = {
    ...given,
    tokenize(effects, ok, nok) {
      return effects.check(
        { tokenize: guard, partial: true },
        tokenize.call(this, effects, ok, nok),
        nok,
      );
    },
  };
  return { ...math, text: { ...math.text, [dollar]: guarded } };
}

const guard: Construct["tokenize"] = (effects, ok, nok) => {
  let opened = 0;
  /** How many dollars stand side by side before the present sign, and what stands before these. */
  let [run, before]: [number, Code] = [0, null];

  return begin;

  function begin(code: Code): State | undefined {
    effects.enter("data");
    return opening(code);
  }

  function opening(code: Code): State | undefined {
    if (code === dollar) {
      opened++;
      effects.consume(code);
      return opening;
    }
    if (opened > 1) return end(ok, code);
    return isBlank(code) ? end(nok, code) : inside(code);
  }

  function inside(code: Code): State | undefined {
    if (code === null) return end(nok, code);
    if (code === dollar) return closing(code);
    before = code;
    effects.consume(code);
    return inside;
  }

  function closing(code: Code): State | undefined {
    if (code === dollar) {
      run++;
      effects.consume(code);
      return closing;
    }
    if (run === 1) return end(isBlank(before) || isDigit(code) ? nok : ok, code);
    [run, before] = [0, dollar];
    return inside(code);
  }

  function end(state: State, code: Code): State | undefined {
    effects.exit("data");
    return state(code);
  }
};

/** Line ends and tabs have codes below zero. */
const isBlank = (code: Code): boolean => code === null || code < 0 || code === 32;
const isDigit = (code: Code): boolean => code !== null && code >= 48 && code <= 57;
