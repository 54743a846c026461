/** @file What is measured: typical problems, and deep networks. */
import { derive as deriveWithNabla } from "../dist/index.js";

/** Typical problems of textbooks and papers. */
export const derive = () =>
  [
    ["‖Ax−b‖²", "x"],
    ["xᵀAx", "x"],
    ["tr(AXB)", "X"],
    ["tr(XᵀAX)", "X"],
    ["logdet X", "X"],
    ["aᵀX⁻¹b", "X"],
    ["½‖A−UV‖²+½‖U‖²", "U"],
    ["k: scalar; ‖Xw−y‖²+k‖w‖²", "w"],
    ["log(𝟏ᵀexp(Wx)) − yᵀWx", "W"],
    ["xᵀAx/(xᵀx)", "x"],
    ["𝟏ᵀlog(𝟏+exp(−y⊙Xw))", "w"],
    ["yᵀtanh(Wx)", "W"],
    ["‖Xw−y‖₁", "w"],
    ["K = αXXᵀ + β⁻¹I; −c − D/2·log|K| − ½tr(K⁻¹YYᵀ)", "X"],
    ["½‖WᵀWx − x‖²", "W"],
    ["½‖W₂tanh(W₁x + b₁) + b₂ − y‖²", "W_1"],
  ].map(([expr, wrt]) => ({ expr, wrt }));

/** A network of L layers, s_l = W_l h_{l−1} + b_l, h_l = tanh(s_l). */
export function network(layers) {
  const lines = ["x: n", "h_0 = x"];
  const weights = [];
  for (let l = 1; l <= layers; l++) {
    lines.push(
      `W_${l}: n×n`,
      `b_${l}: n`,
      `s_${l} = W_${l} h_${l - 1} + b_${l}`,
      `h_${l} = tanh(s_${l})`,
    );
    weights.push(`W_${l}`);
  }
  lines.push(`½‖h_${layers} − y‖²`);
  return { text: lines.join("\n"), wrt: weights.join(",") };
}

/** The time of one derivation by all weights, parsing included, and the size of its DAG. */
export async function derivePrepared({ text, wrt }) {
  const before = performance.now();
  const found = await deriveWithNabla(text, { wrt, verify: false, spellings: [] });
  const milliseconds = performance.now() - before;
  const seen = new Set();
  const stack = found.map((g) => g.expr);
  for (let e = stack.pop(); e; e = stack.pop()) {
    if (seen.has(e)) continue;
    seen.add(e);
    if (e.kind === "apply") stack.push(...e.args);
    else if (e.kind === "sym" && e.definition) stack.push(e.definition);
  }
  return { milliseconds, nodes: seen.size };
}
