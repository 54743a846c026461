/** @file The samples of a part of the data, as a program takes them: scaled. */

import type { Compiled } from "../compile/index.ts";
import type { Floats, Part } from "../data/index.ts";

/**
 * Entries are shifted and then scaled: (x − shift)·scale, each by its own numbers or all by one. They are read in the precision
 * of these numbers; a difference of large entries has digits in double precision alone.
 */
export interface Scaling {
  readonly shift: Floats;
  readonly scale: Floats;
}

/** Some samples of a data set, by their number from 0. */
export class Samples {
  readonly count: number;
  /** The entries of a sample, and of a target; a class is one entry. */
  readonly width: number;
  readonly targetWidth: number;
  /** The bytes that they take in memory. */
  readonly held: number;
  private readonly part: Part;
  private readonly places: Int32Array | null;
  private readonly scaling: Scaling;

  /** Those of `part`, or those at some `places` of it. */
  constructor(part: Part, places: Int32Array | null, scaling: Scaling) {
    this.part = part;
    this.places = places;
    this.scaling = scaling;
    this.count = places?.length ?? part.inputs.count;
    this.width = part.inputs.width;
    this.held = part.inputs.held;
    this.targetWidth = part.targets?.width ?? 1;
  }

  /** Room for the inputs of so many samples. */
  room(count: number): Floats {
    const size = count * this.width;
    const isSingle = this.scaling.shift instanceof Float32Array;
    return isSingle ? new Float32Array(size) : new Float64Array(size);
  }

  /** The inputs of some samples, one row after the other. */
  inputs(numbers: Int32Array, to = this.room(numbers.length)): Floats {
    this.part.inputs.read(this.inPart(numbers), to);
    scaled(to, numbers.length, this.width, this.scaling);
    return to;
  }

  /** Their targets: numbers, or the places of their classes. */
  targets(numbers: Int32Array): ArrayLike<number> {
    const { classes, targets } = this.part;
    const places = this.inPart(numbers);
    if (classes) return places.map((place) => classes[place]!);
    const to = new Float64Array(numbers.length * this.targetWidth);
    targets?.read(places, to);
    return to;
  }

  /** The pixels of a sample as they stand in the data, bytes from 0 to 255; null where its entries are none. */
  pixels(number: number): Uint8Array | null {
    if (!this.part.inputs.isBytes) return null;
    const entries = new Float32Array(this.width);
    this.part.inputs.read(this.inPart(Int32Array.of(number)), entries);
    return Uint8Array.from(entries);
  }

  private inPart(numbers: Int32Array): Int32Array {
    const { places } = this;
    return places ? numbers.map((k) => places[k]!) : numbers;
  }
}

/** The names under which a program is given samples. */
interface Names {
  readonly input: string;
  readonly target: string | null;
}

/** The bytes that a sample takes in a program. */
export const bytesOf = ({ width, targetWidth }: Samples): number => 4 * (width + targetWidth);

/** Puts samples into a program that is fed, from the place `at` on: some at a time. */
export function feed(
  program: Compiled,
  { input, target }: Names,
  samples: Samples,
  numbers: Int32Array,
  at = 0,
): void {
  const most = Math.max(1, Math.floor(2 ** 20 / samples.width));
  const entries = samples.room(Math.min(most, numbers.length));
  for (let from = 0; from < numbers.length; from += most) {
    const part = numbers.subarray(from, from + most);
    const rows = samples.inputs(part, entries.subarray(0, part.length * samples.width));
    program.setRows(input, at + from, rows);
  }
  if (target !== null) program.setRows(target, at, samples.targets(numbers));
}

/** The whole numbers from one up to below another. */
export const numbersFrom = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, k) => from + k);

function scaled(entries: Floats, rows: number, width: number, { shift, scale }: Scaling): void {
  if (shift.length === 1) {
    const [s, f] = [shift[0]!, scale[0]!];
    for (let k = 0; k < rows * width; k++) entries[k] = (entries[k]! - s) * f;
    return;
  }
  for (let i = 0, k = 0; i < rows; i++)
    for (let j = 0; j < width; j++, k++) entries[k] = (entries[k]! - shift[j]!) * scale[j]!;
}
