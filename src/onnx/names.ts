/** @file Names in a model: identifiers in ASCII, each of one tensor. */

import { asciiName } from "../print/ascii.ts";

/** What signs in a name are told by. */
const words: Readonly<Record<string, string>> = { "'": "prime", "*": "star", "+": "plus" };

/** A name of the problem as an identifier: `W_1`, `gamma_out`, `x_hat`. */
export function identifier(name: string): string {
  const plain = asciiName(name)
    .replaceAll(/\\(\w+)\{(\w+)\}/gu, "$2_$1")
    .replaceAll(/['*+]/gu, (sign) => `_${words[sign]}`)
    .replaceAll(/\W+/gu, "_")
    .replaceAll(/__+/gu, "_")
    .replaceAll(/^_|_$/gu, "");
  return /^[A-Za-z]/u.test(plain) ? plain : `v_${plain}`;
}

/** A number as the end of an identifier. */
export const numberName = (x: number): string =>
  String(x).replace("-", "minus_").replaceAll(/\W+/gu, "_");

/** Gives each name once. */
export class Names {
  private readonly taken = new Set<string>();

  /** The name, or one that begins with it where it is taken. */
  free(wanted: string): string {
    let name = wanted;
    for (let k = 2; this.taken.has(name); k++) name = `${wanted}_${k}`;
    this.taken.add(name);
    return name;
  }
}
