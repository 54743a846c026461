/** @file Errors of training: losses that cannot be trained, runs that cannot go on. */

import { among, counted, error, quoted } from "../wording.ts";

export const ofTraining = {
  notTrainable: (need: string) =>
    error("not-trainable", `this loss cannot be trained so: it needs that ${need}`),
  trainsAccuracy: (name: string) =>
    error("not-trainable", `the last definition is ${name}, which no step can make larger`, {
      hint: "the loss stands last, by its name alone too: … ; L",
    }),
  unknownsLeft: (names: readonly string[], dimensions: readonly string[]) =>
    error(
      "not-trainable",
      `nothing says what ${names.join(", ")} ${names.length === 1 ? "is" : "are"}`,
      {
        notes: ["a name of a loss is trained, is given by the data, or has a number"],
        hint: `--params …,${names[0]!}  or  ${names[0]!} = 0.1; a dimension is declared: X: N×d${dimensions.length > 0 ? ` (${dimensions.join(", ")} ${dimensions.length === 1 ? "is" : "are"})` : ""}`,
      },
    ),
  noSampleDimension: (name: string) =>
    error("not-trainable", `the samples of ${name} are not counted by a dimension with a name`, {
      hint: `${name}: N×d  or  ${name.toLowerCase()}_i: d for i = 1..N`,
    }),
  targetsUnlike: (target: string, isOneHot: boolean) =>
    error(
      "not-trainable",
      isOneHot
        ? `${target} is declared onehot, and the data have numbers as targets`
        : `the data have classes as targets, and ${target} is not declared onehot`,
      isOneHot ? {} : { hint: `${target}: N×C onehot` },
    ),
  widthsDiffer: (name: string, declared: string, found: number) =>
    error("not-trainable", `a sample of ${name} has ${declared} entries, and ${found} in the data`),
  trainingDiverged: (epoch: number) =>
    error("diverged", `in epoch ${epoch} the loss is no finite number any more`, {
      hint: "a smaller --rate, --clip 1, --standardise feature",
      exit: 3,
    }),
  runThere: (path: string) =>
    error("run-there", `${path} holds a run already`, {
      hint: `--resume ${path}  goes on with it; another --out begins a new one`,
    }),
  noRun: (path: string) =>
    error("no-run", `${path} holds no run: there is no config.json`, { exit: 4 }),
  runBusy: (path: string, pid: number, lock: string) =>
    error("run-there", `process ${pid} trains in ${path}`, {
      hint: `where it does not, remove ${lock}`,
      exit: 4,
    }),
  dataChanged: (path: string) =>
    error("data-changed", `the data of ${path} are not those that its run was begun with`, {
      notes: ["they were compared by SHA-256 over what all files hold"],
      hint: "--data FOLDER  says where the old data are now",
      exit: 4,
    }),
  otherBackend: (was: string, is: string) =>
    error("other-backend", `the run was trained by ${was}, and here it would go on by ${is}`, {
      notes: ["their numbers differ by rounding, so that it would come to another end"],
      exit: 4,
    }),
  predictsNothing: () =>
    error("bad-option", "nothing says what this run predicts", {
      hint: "--predicts NAME  at nabla train",
    }),
  samplesUnlikeRun: (found: readonly number[], trained: readonly number[]) =>
    error(
      "not-trainable",
      `samples are ${found.join("×")}, and the run was trained on ${trained.join("×")}`,
    ),
  searchThere: (path: string) =>
    error("run-there", `${path} holds a search already`, {
      hint: `--resume ${path}  goes on with it; another --out begins a new one`,
    }),
  noWeights: (path: string) =>
    error("no-run", `${path} has no weights yet: its training did not end`, {
      hint: `nabla train --resume ${path}`,
      exit: 4,
    }),
  fewerSamples: (path: string, count: number) =>
    error("bad-option", `${path} has ${count === 1 ? "one sample" : `${count} samples`}`),
  noProbabilities: () =>
    error("bad-option", "what the run predicts are no class probabilities, and are not drawn", {
      hint: "--format text",
    }),
  notASearch: (text: string, hint: string) =>
    error("bad-option", `${quoted(text)} says no values of an option to search`, { hint }),
  rangeInGrid: (name: string) =>
    error("bad-option", `${name} has a range, and a grid has single values`, {
      hint: "--trials 20  draws by chance",
    }),
  manyTrials: (most: number) => error("too-long", `a search has at most ${most} trials`),
  notSearched: (name: string, known: readonly string[]) =>
    error("bad-option", `${name} is no option that is searched`, among(name, known)),
  allDiverged: (count: number) =>
    error(
      "diverged",
      `in ${count === 1 ? "the only trial" : `all ${count} trials`} the loss is no finite number any more`,
      {
        exit: 3,
        hint: '--search "rate=0.01,0.001"  tries smaller rates',
      },
    ),
  searchNeedsValidation: () =>
    error(
      "bad-option",
      "a search compares trials by validation samples, and not by those of the test",
      {
        hint: "--validation 0.1",
      },
    ),
  idleBeside: (option: string, other: string) =>
    error("bad-option", `--${option} says nothing beside --${other}, which trains nothing`),
  namesNothing: (option: string, name: string, known: readonly string[]) =>
    error("unknown-name", `--${option} ${name}: the problem has no such name`, among(name, known)),
  testThere: (title: string) =>
    error("bad-option", `${title} has samples of its own for a test: --test says nothing there`),
  oneClass: () =>
    error("not-trainable", "the data have one class, and a classification needs two", {
      hint: "--targets numbers, where the labels are numbers to be learnt; --label names their column",
    }),
  hiddenNeedsData: () =>
    error("bad-option", "how wide the first and the last layer are the data say", {
      hint: "--data FOLDER  or all layers: --layers 784,64,10",
    }),
  besideResume: (option: string) =>
    error("bad-option", `${option} says nothing beside --resume: a run goes on as it was begun`, {
      hint: "--data, --threads, --memory, and --epochs of a constant rate may be others",
    }),
  optionOf: (option: string, what: string, hint: string) =>
    error("bad-option", `--${option} is an option of ${what}`, { hint }),
  epochsFixed: (epochs: number) =>
    error("bad-option", `the rate of this run goes down over ${epochs} epochs, and no further`, {
      hint: "a run with --schedule constant or step can be made longer",
    }),
  fewerEpochs: (done: number) =>
    error("bad-option", `the run has ${done} epochs already, and cannot have fewer`),
  noCheckpoint: (path: string) =>
    error("no-run", `${path} is missing: nothing says where the run was`, { exit: 4 }),
  noDataGiven: () =>
    error("bad-option", "there are no samples to train on", { hint: "--data FOLDER" }),
  oneSubject: () =>
    error("bad-option", "either a network or a typed loss is trained", {
      hint: "--hidden 256,64  or  --layers 784,256,64,10  or  nabla train net.nabla --params W,b --input X --target Y",
    }),
  typedNeeds: () =>
    error("bad-option", "a typed loss is trained with its variables, and with samples for a name", {
      hint: "--params W,b --input X --target Y",
    }),
  noFactor: (option: string, optimizer: string) =>
    error("bad-option", `--${option} says nothing to ${optimizer}`),
  lossesDiffer: (trained: number, other: number) =>
    error(
      "gradients-differ",
      `the program that is trained finds the loss ${trained} at the first batch, and another one ${other}: this is a bug in nabla`,
      { hint: "please report the problem; nothing was trained", exit: 3 },
    ),
  gradientsDiffer: (name: string, derived: number, numeric: number) =>
    error(
      "gradients-differ",
      `the derivative by ${name} in a random direction is ${derived}, and differences of the loss give ${numeric}`,
      {
        notes: ["at the first batch, in double precision, before any step"],
        hint: "a loss that jumps has no such derivative, and huge entries leave it no digits (--standardise feature); else this is a bug in nabla",
        exit: 3,
      },
    ),
  inputsDiffer: (inputs: number, found: number) =>
    error(
      "not-trainable",
      `the network takes ${inputs} entries of a sample, and a sample of the data has ${found}`,
      { hint: `--layers ${found},…` },
    ),
  outputsDiffer: (outputs: number, found: number, areClasses: boolean) =>
    error(
      "not-trainable",
      `the last layer has ${counted(outputs, "output")}, and the data have ${areClasses ? (found === 1 ? "one class" : `${found} classes`) : `targets of ${counted(found, "number")}`}`,
    ),
  lossNeedsClasses: (loss: string) =>
    error("bad-option", `the loss ${loss} needs classes, and the data have numbers as targets`, {
      hint: "--loss squared",
    }),
} as const;
