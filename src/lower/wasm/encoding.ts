/** @file How WebAssembly writes numbers, names, lists and sections as bytes. */

/** A whole number from 0, seven bits a byte. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? low + 128 : low);
  } while (left > 0);
  return bytes;
}

/** A whole number, seven bits a byte, the sign in the last. */
export function signed(value: bigint): number[] {
  const bytes: number[] = [];
  let left = value;
  for (;;) {
    const low = Number(left & 127n);
    left >>= 7n;
    const isLast = (left === 0n && (low & 64) === 0) || (left === -1n && (low & 64) !== 0);
    bytes.push(isLast ? low : low + 128);
    if (isLast) return bytes;
  }
}

/** Numbers of so many bytes side by side. */
export function reals(values: readonly number[], width: 4 | 8): number[] {
  const view = new DataView(new ArrayBuffer(width * values.length));
  for (const [k, value] of values.entries())
    if (width === 4) view.setFloat32(4 * k, value, true);
    else view.setFloat64(8 * k, value, true);
  return bytesIn(view);
}

/** Whole numbers of so many bytes side by side. */
export function wholes(values: readonly bigint[], width: 4 | 8): number[] {
  const view = new DataView(new ArrayBuffer(width * values.length));
  for (const [k, value] of values.entries())
    if (width === 4) view.setInt32(4 * k, Number(BigInt.asIntN(32, value)), true);
    else view.setBigInt64(8 * k, value, true);
  return bytesIn(view);
}

/** The whole number that has the bits of a number. */
export function bitsOf(value: number, width: 4 | 8): bigint {
  const view = new DataView(Uint8Array.from(reals([value], width)).buffer);
  return width === 4 ? BigInt(view.getInt32(0, true)) : view.getBigInt64(0, true);
}

const bytesIn = (view: DataView): number[] =>
  Array.from({ length: view.byteLength }, (_, k) => view.getUint8(k));

/** A name of ASCII letters. */
export const text = (s: string): number[] => [s.length, ...[...s].map((c) => c.codePointAt(0)!)];

/** A list behind its length. */
export const vectorOf = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];

/** Appended in place: a list that is spread as arguments may be too long. */
export function section(bytes: number[], id: number, content: readonly number[]): void {
  bytes.push(id, ...unsigned(content.length));
  for (const byte of content) bytes.push(byte);
}
