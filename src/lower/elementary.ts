/** @file Functions of numbers by arithmetic alone, on all lanes at once, where a target has none to call. */

import type { Coder } from "./coder.ts";
import { called, choose, numberOf, op } from "./coder.ts";
import type { Precision, Target, Value } from "./loops.ts";

/** What the approximations are made with. */
interface Kit {
  readonly coder: Coder;
  readonly target: Target;
  readonly depth: number;
}

const c = (value: number): Value => numberOf(value);
const times = (a: Value, b: Value): Value => op("times", a, b);
const plus = (a: Value, b: Value): Value => op("plus", a, b);
const fused = (a: Value, b: Value, sum: Value): Value => op("fused", a, b, sum);

/** Σ cₖxᵏ, from c₀ on. */
function polynomial({ coder, depth }: Kit, x: Value, coefficients: readonly number[]): Value {
  let sum: Value = c(coefficients.at(-1)!);
  for (const coefficient of coefficients.slice(0, -1).toReversed())
    sum = coder.let(fused(sum, x, c(coefficient)), depth);
  return sum;
}

// ln 2 in two parts, the first with zeros at its end: n·high is exact.
const ln2: Record<Precision, readonly [high: number, low: number]> = {
  float32: [0.693359375, -0.00021219444005469057],
  float64: [0.6931471803691238, 1.9082149292705877e-10],
};

/** Below it eˣ is taken for 0, above it for ∞. */
const range: Record<Precision, readonly [least: number, most: number]> = {
  float32: [-86.6, 88.72283],
  float64: [-707.7, 709.782712893384],
};

/** 1/k!, as many as the precision needs for |x| ≤ ½ ln 2. */
const reciprocalFactorials = (count: number): number[] => {
  const found = [1];
  for (let k = 1; k < count; k++) found.push(found[k - 1]! / k);
  return found;
};

/** eˣ = 2ⁿeʳ with n = round(x/ln 2). */
export function exp(kit: Kit, x: Value): Value {
  const { coder, target, depth } = kit;
  if (target.hasElementary) return called("exp", x);
  const { precision } = target;
  const [high, low] = ln2[precision];
  const [least, most] = range[precision];
  const n = coder.let(op("rounded", times(x, c(Math.LOG2E))), depth);
  const r = coder.let(fused(n, c(-low), fused(n, c(-high), x)), depth);
  const series = polynomial(kit, r, reciprocalFactorials(precision === "float32" ? 8 : 14));
  // 2ⁿ in two factors: n may be one more than the largest exponent.
  const half = op("powerOfTwo", op("minus", n, c(1)));
  const y = coder.let(times(times(series, c(2)), half), depth);
  return choose("<", x, c(least), c(0), choose(">", x, c(most), c(Infinity), y));
}

/** log x = e·ln 2 + 2 atanh((m − 1)/(m + 1)) with x = m·2ᵉ, ½√2 ≤ m < √2. */
export function log(kit: Kit, x: Value): Value {
  const { coder, target, depth } = kit;
  if (target.hasElementary) return called("log", x);
  const { precision } = target;
  const [high, low] = ln2[precision];
  const single = precision === "float32";
  // What is too small to be normal is made larger first.
  const tiny = single ? 1.1754943508222875e-38 : 2.2250738585072014e-308;
  const isTiny = (then: Value, otherwise: Value): Value => choose("<", x, c(tiny), then, otherwise);
  const shift = single ? 25 : 54;
  const normal = coder.let(isTiny(times(x, c(2 ** shift)), x), depth);
  const m = coder.let(op("mantissa", normal), depth);
  const e = coder.let(op("exponent", normal), depth);
  const root = c(Math.SQRT2);
  const centred = coder.let(choose(">", m, root, times(m, c(0.5)), m), depth);
  const raised = coder.let(choose(">", m, root, plus(e, c(1)), e), depth);
  const exponent = coder.let(isTiny(op("minus", raised, c(shift)), raised), depth);
  const f = coder.let(op("minus", centred, c(1)), depth);
  const s = coder.let(op("over", f, plus(f, c(2))), depth);
  const square = coder.let(times(s, s), depth);
  const odd = Array.from({ length: single ? 5 : 11 }, (_, k) => 2 / (2 * k + 1));
  const series = times(s, polynomial(kit, square, odd));
  const y = coder.let(fused(exponent, c(high), fused(exponent, c(low), series)), depth);
  const below = choose("==", x, c(0), c(-Infinity), c(NaN));
  const above = choose("==", x, c(Infinity), c(Infinity), y);
  // A comparison with what is not a number fails.
  return choose(">", x, c(0), above, choose("==", x, x, below, x));
}

/** tanh x: by a quotient of polynomials near 0 (Cody & Waite), by e^{−2|x|} elsewhere. */
export function tanh(kit: Kit, x: Value): Value {
  const { coder, target, depth } = kit;
  if (target.hasElementary) return called("tanh", x);
  const z = coder.let(times(x, x), depth);
  const above = polynomial(kit, z, [-1614.6876844170845, -99.28772310019185, -0.9643991794250523]);
  const below = polynomial(kit, z, [4844.063053251255, 2235.4883906010045, 112.81167849163293, 1]);
  const near = coder.let(fused(times(x, z), op("over", above, below), x), depth);
  const size = coder.let(op("abs", x), depth);
  const t = coder.let(exp(kit, times(size, c(-2))), depth);
  const far = coder.let(op("over", op("minus", c(1), t), plus(t, c(1))), depth);
  const signed = choose("<", x, c(0), op("negative", far), far);
  return choose("<", size, c(0.625), near, signed);
}

/** σ(x) = 1/(1 + e⁻ˣ). */
export function sigmoid(kit: Kit, x: Value): Value {
  const { coder, depth } = kit;
  const t = coder.let(exp(kit, op("negative", x)), depth);
  return op("over", c(1), plus(t, c(1)));
}

/** log(1 + eˣ) = max(x, 0) + log(1 + u), u = e^{−|x|}; of 1 + u = w that is log(w)·u/(w − 1). */
export function softplus(kit: Kit, x: Value): Value {
  const { coder, depth } = kit;
  const u = coder.let(exp(kit, op("negative", op("abs", x))), depth);
  const w = coder.let(plus(u, c(1)), depth);
  const corrected = op("over", times(log(kit, w), u), op("minus", w, c(1)));
  return plus(op("larger", x, c(0)), choose("==", w, c(1), u, corrected));
}

// Sun Microsystems, fdlibm s_erf.c: quotients of polynomials for |x| below 0.84375, 1.25, 1/0.35 and beyond.
const erfNear = {
  above: [
    0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442,
    -2.3763016656650163e-5,
  ],
  below: [
    1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164,
    -3.960228278775368e-6,
  ],
};
const erfAtOne = 0.8450629115104675;
const erfAroundOne = {
  above: [
    -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175,
    -0.11089469428239668, 0.035478304325618236, -0.002166375594868791,
  ],
  below: [
    1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164,
    0.01363708391202905, 0.011984499846799107,
  ],
};
const erfFar = {
  above: [
    -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006,
    -162.39666946257347, -184.60509290671104, -81.2874355063066, -9.814329344169145,
  ],
  below: [
    1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679,
    429.00814002756783, 108.63500554177944, 6.570249770319282, -0.0604244152148581,
  ],
};
const erfFarther = {
  above: [
    -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192,
    -637.5664433683896, -1025.0951316110772, -483.5191916086514,
  ],
  below: [
    1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955,
    2553.0504064331644, 474.52854120695537, -22.44095244658582,
  ],
};

/** 2/√π ∫₀ˣ exp(−t²) dt. */
export function erf(kit: Kit, x: Value): Value {
  const { coder, depth } = kit;
  const quotient = (at: Value, { above, below }: typeof erfNear): Value =>
    coder.let(op("over", polynomial(kit, at, above), polynomial(kit, at, below)), depth);
  const size = coder.let(op("abs", x), depth);
  const square = coder.let(times(x, x), depth);
  const near = coder.let(fused(x, quotient(square, erfNear), x), depth);
  const around = plus(c(erfAtOne), quotient(op("minus", size, c(1)), erfAroundOne));
  // erf x = 1 − exp(−x² − 9/16 + R/S)/x, with 1/x² in R and S.
  const inverse = coder.let(op("over", c(1), square), depth);
  const far = choose(
    "<",
    size,
    c(1 / 0.35),
    quotient(inverse, erfFar),
    quotient(inverse, erfFarther),
  );
  const exponent = coder.let(op("minus", op("minus", far, square), c(0.5625)), depth);
  const tail = op("minus", c(1), op("over", exp(kit, exponent), size));
  const above = coder.let(
    choose("<", size, c(1.25), around, choose("<", size, c(6), tail, c(1))),
    depth,
  );
  const signed = choose("<", x, c(0), op("negative", above), above);
  return choose("<", size, c(0.84375), near, choose("==", x, x, signed, x));
}
