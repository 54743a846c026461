/** @file Data sets: samples with what they are labelled with, in parts. */

import { errors } from "../diagnostics/errors.ts";
import type { StoredArray } from "./arrays.ts";
import { rowsOfArray } from "./arrays.ts";
import type { Found } from "./found.ts";
import { classesIn } from "./labels.ts";
import type { NamesFile } from "./labels.ts";
import type { Opening, UsedFile } from "./opening.ts";
import type { Rows } from "./rows.ts";
import { product } from "./rows.ts";

/** Samples with either classes or numbers that are to be learnt, or neither. */
export interface Part {
  readonly inputs: Rows;
  /** The class of each sample, from 0 on. */
  readonly classes: Int32Array | null;
  readonly targets: Rows | null;
}

/** Samples to train and to test with. */
export interface DataSet {
  /** Of a known data set its own; else the name of the folder or the file. */
  readonly title: string;
  readonly train: Part;
  readonly test: Part | null;
  /** One for each class; null where there are no classes. */
  readonly classNames: readonly string[] | null;
  /** SHA-256 over what all used files hold: other data have another. */
  readonly fingerprint: string;
  readonly files: readonly UsedFile[];
  /** Closes all files. */
  readonly close: () => void;
}

/** What a reader makes a data set of. */
export interface Sources {
  readonly found: Found;
  readonly opening: Opening;
  /** Names of classes in a file of their own. */
  readonly names: NamesFile | null;
}

/** What a reader finds. */
export type Read = Pick<DataSet, "title" | "train" | "test" | "classNames">;

/** What an array of labels, if any, says to one of inputs: a class for each row, or numbers. */
export function partOf(
  inputs: StoredArray,
  labels: StoredArray | null,
  target: "classes" | "numbers",
  classCount: number,
): Part {
  if (!labels) return { inputs: rowsOfArray(inputs), classes: null, targets: null };
  const [inputCount = 0, ...inputShape] = inputs.shape;
  const [labelCount = 0, ...labelShape] = labels.shape;
  if (target === "classes" && product(labelShape) > 1)
    throw errors.severalLabels(
      labels.store.name,
      product(labelShape),
      inputs.store.name,
      product(inputShape) === 1,
    );
  if (labelCount !== inputCount)
    throw errors.countsDiffer(labels.store.name, labelCount, inputs.store.name, inputCount);
  const rows = rowsOfArray(inputs);
  return target === "numbers"
    ? { inputs: rows, classes: null, targets: rowsOfArray(labels) }
    : { inputs: rows, classes: classesIn(labels, classCount), targets: null };
}

/**
 * Refuses parts whose samples are not of one shape.
 * @throws NablaError with both shapes.
 */
export function refuseOtherShape(train: Part, test: Part | null): void {
  for (const what of ["inputs", "targets"] as const) {
    const [of, other] = [train[what]?.shape.join("×"), test?.[what]?.shape.join("×")];
    if (of !== undefined && other !== undefined && of !== other)
      throw errors.shapesOfParts(of, other);
  }
}
