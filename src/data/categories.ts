/** @file Labels of tables: words or whole numbers, and the classes that they are. */

import { errors } from "../diagnostics/errors.ts";
import { floatIn } from "./csv.ts";
import { mostClasses } from "./labels.ts";

/** What stands where a value is missing is no label, and no name of a column. */
export const isMissing = (cell: string): boolean =>
  /^(?:[+-]?(?:nan|inf|infinity)|n\/?a|null|none|\?|-|)$/iu.test(cell);

/** A label, and where it stands first. */
interface Category {
  readonly text: string;
  readonly place: string;
}

/** Labels of samples, one after the other. */
export class Labels {
  /** In the order in which they come. */
  readonly categories: Category[] = [];
  private readonly places = new Map<string, number>();
  private readonly ofSamples: number[] = [];

  /** Takes the next sample's label; errors name its place. */
  add(text: string, place: string): void {
    if (isMissing(text)) throw errors.labelOf(place, text);
    let category = this.places.get(text);
    if (category === undefined) {
      category = this.categories.length;
      if (category === mostClasses) throw errors.tooManyClasses(place, mostClasses);
      this.categories.push({ text, place });
      this.places.set(text, category);
    }
    this.ofSamples.push(category);
  }

  /**
   * The class of each sample.
   * @throws NablaError where a label is none of the classes.
   */
  among({ names, placeOf }: Classes): Int32Array {
    const places = this.categories.map(({ text, place }) => {
      const found = placeOf(text);
      if (found === undefined) throw errors.noSuchClass(place, text, names);
      return found;
    });
    return Int32Array.from(this.ofSamples, (category) => places[category]!);
  }
}

/** Classes by their names, and the place of the one that a label means. */
export interface Classes {
  readonly names: readonly string[];
  readonly placeOf: (label: string) => number | undefined;
}

/** Classes that are named elsewhere: labels are their names, or their places from 0 on. */
export const classesNamed = (names: readonly string[]): Classes => ({
  names,
  placeOf: (label) => {
    const at = names.indexOf(label);
    const number = at >= 0 ? at : floatIn(label);
    return Number.isInteger(number) && number >= 0 && number < names.length ? number : undefined;
  },
});

/**
 * The classes that labels tell: whole numbers by size, where `1` and `01` are one, and words by their letters.
 * @throws NablaError where all are numbers, and not all are whole.
 */
export function classesOf({ categories }: Labels): Classes {
  const areNumbers = categories.every(({ text }) => !Number.isNaN(floatIn(text)));
  const broken = categories.find(({ text }) => !Number.isInteger(floatIn(text)));
  if (areNumbers && broken) throw errors.labelOf(broken.place, broken.text);
  const nameOf = (text: string): string => (areNumbers ? String(floatIn(text)) : text);
  const names = [...new Set(categories.map(({ text }) => nameOf(text)))];
  if (areNumbers) names.sort((a, b) => Number(a) - Number(b));
  else names.sort();
  const places = new Map(names.map((name, k) => [name, k]));
  return { names, placeOf: (label) => places.get(nameOf(label)) };
}

/** The classes of a data set that was read before: where their names are numbers, labels have these values. */
export const classesKnown = (names: readonly string[]): Classes => {
  const numbers = names.map(floatIn);
  if (numbers.some(Number.isNaN)) return classesNamed(names);
  return {
    names,
    placeOf: (label) => {
      const at = numbers.indexOf(floatIn(label));
      return at >= 0 ? at : undefined;
    },
  };
};
