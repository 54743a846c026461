/** @file Errors of files, and of the numbers in them. */

import { error, quoted } from "../wording.ts";

export const ofFiles = {
  cannotRead: (path: string, reason: string) =>
    error("cannot-read", `${path} cannot be read: ${reason}`, { exit: 4 }),
  cannotWrite: (path: string, reason: string) =>
    error("cannot-write", `${path} cannot be written: ${reason}`, { exit: 4 }),
  badData: (place: string, reason: string, hint?: string) =>
    error("bad-data", `${place}: ${reason}`, { hint }),
  fileNeedsName: (path: string) =>
    error("bad-option", `${path} holds one array, and no name`, { hint: `X=${path}` }),
  notNumbersOrFile: (text: string) =>
    error(
      "bad-option",
      `${quoted(text)} is neither NAME=NUMBERS nor a file that ends in .json, .csv or .npy`,
      { hint: "x=2,  W=[1 2; 3 4],  X=data.npy,  numbers.json" },
    ),
  damagedFile: (path: string, offset: number, found: string, expected: string, hint?: string) =>
    error("damaged-file", `${path} is damaged: at offset ${offset} stands ${found}`, {
      notes: [`expected: ${expected}`],
      hint,
    }),
} as const;
