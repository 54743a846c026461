/** @file How options of a fence are read from their texts. */

/** How an option is read from its text. */
export interface Reader<T> {
  /** In words, or the words that it takes. */
  readonly expected: string | readonly string[];
  /** undefined where the text is no value of the option. */
  readonly read: (text: string) => T | undefined;
}

export const oneOf = <T extends string>(words: readonly T[]): Reader<T> => ({
  expected: words,
  read: (given) => words.find((word) => word === given),
});
export const text = (expected: string): Reader<string> => ({
  expected,
  read: (given) => (given === "" ? undefined : given),
});

/** A number of points; undefined where the text is none. */
export const pointsFrom = (given: string): number | undefined =>
  /^\d{1,6}(?:\.\d{1,4})?$/u.test(given) ? Number(given) : undefined;
export const pointsExpected = "a number, such as 6 or 2.5";

export const whole = (most: number, expected: string): Reader<number> => ({
  expected,
  read: (given) =>
    /^[1-9]\d{0,8}$/u.test(given) && Number(given) <= most ? Number(given) : undefined,
});

export const yesOrNo: Reader<boolean> = {
  expected: ["true", "false"],
  read: (given) => (given === "true" ? true : given === "false" ? false : undefined),
};
