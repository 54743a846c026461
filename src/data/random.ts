/** @file The random numbers of the whole house: the same from the same seed. */

/** Random numbers from a seed of 32 bits: mulberry32. */
export class Random {
  private state: number;
  constructor(seed: number) {
    this.state = seed | 0;
  }
  /** A whole number of 32 bits. */
  bits(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }
  /** Between 0 and 1. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.bits() / 4294967296);
  }
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
  whole(low: number, high: number): number {
    return Math.floor(this.uniform(low, high + 1));
  }
  /** A whole number from 0 to below a `count` of at most 2³¹, each exactly as likely as the bits are: others are drawn again. */
  below(count: number): number {
    if (count <= 1) return 0;
    const spare = Math.clz32(count - 1);
    for (;;) {
      const drawn = this.bits() >>> spare;
      if (drawn < count) return drawn;
    }
  }
}

/**
 * A seed of 32 bits for one of many streams, each told by whole numbers (of a run, an epoch, a layer): streams of
 * neighbouring numbers have nothing in common.
 */
export function seedOf(seed: number, ...stream: readonly number[]): number {
  let mixed = 0;
  for (const number of [seed, ...stream])
    for (const word of [number >>> 0, Math.floor(number / 2 ** 32) >>> 0])
      mixed = scattered((mixed + 0x9e3779b9) ^ word);
  return mixed >>> 0;
}

/** Every bit hangs on every other: the last step of MurmurHash3. */
function scattered(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
