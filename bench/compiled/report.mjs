/** @file A workload as a table of its contestants, in 80 columns. */

const median = (xs) => {
  const sorted = xs.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const widths = [-20, 11, 9, 8, 8, 8, 9, 7];
const line = (cells) =>
  cells
    .map((text, k) => (widths[k] < 0 ? text.padEnd(-widths[k]) : text.padStart(widths[k])))
    .join("");

const off = (x) => (x === undefined ? "–" : x === 0 ? "0" : x.toExponential(0));
const digits = (x) => (x >= 100 ? x.toFixed(0) : x.toPrecision(x >= 0.1 ? 3 : 2));

const keptOf = ({ samples }) => samples.filter(({ isDropped }) => !isDropped);

/** The median of the samples that were kept, in seconds; null where there is none, or where it does not count. */
function timeOf(row) {
  const kept = keptOf(row);
  return kept.length === 0 || row.counts === false ? null : median(kept.map((s) => s.seconds));
}

/** The peak of so many threads, in operations a second; null where none was measured. */
function peakOf(peaks, threads, from = "registers") {
  const row = peaks.find(({ told }) => told?.threads === threads && told.from === from);
  const time = row ? timeOf(row) : null;
  return time === null ? null : row.told.flops / time;
}

/** What fraction of the peak the contractions of nabla's step reach. */
function ofPeak({ told: { flops, threads } }, time, peaks) {
  const peak = peakOf(peaks, threads);
  return flops > 0 && peak ? `${((flops / time / peak) * 100).toFixed(0)} %` : "–";
}

/** Prints a workload that was measured. */
export function print(name, { title, spec, rows, peaks }) {
  console.log(`\n${name}  ${title}, ${spec.precision}`);
  const texts = peaks.map(({ told }) => {
    const peak = peakOf(peaks, told?.threads, told?.from);
    const by = told?.threads === 1 ? "one thread" : told?.threads;
    const how = told?.from === "read" ? "of what is read" : `on ${by}`;
    return `${peak === null ? "–" : (peak / 1e9).toFixed(1)} ${how}`;
  });
  if (texts.length > 0) console.log(`GFLOP/s at most: ${texts.join(", ")}`);
  if (rows.every(({ counts }) => counts === undefined))
    console.log("PyTorch does not run: NOTHING IS CHECKED");
  const heads = ["", "ms a step", "× torch", "× best", "of peak", "values", "results", "drops"];
  console.log(line(heads));
  const fastest = [/^torch/u, /^(?!nabla)/u].map((names) => fastestOf(rows, names));
  for (const row of rows)
    if (row.failure || row.samples.length > 0) console.log(rowText(row, fastest, peaks));
}

/** The time of the fastest of some contestants; null where none of them counts. */
function fastestOf(rows, names) {
  const times = rows
    .filter(({ name }) => names.test(name))
    .map(timeOf)
    .filter((t) => t !== null);
  return times.length > 0 ? Math.min(...times) : null;
}

function rowText(row, fastest, peaks) {
  const { name, failure, samples, valuesOff, resultsOff } = row;
  if (failure) return `${name.padEnd(20)} did not run: ${failure}`.slice(0, 80);
  if (row.counts === false)
    return `${name.padEnd(20)} DOES NOT COUNT: values off by ${off(valuesOff)}, results by ${off(resultsOff)}`;
  const time = timeOf(row);
  const dropped = `${samples.length - keptOf(row).length}/${samples.length}`;
  if (time === null) return `${name.padEnd(20)} no sample without other load: ${dropped} dropped`;
  return line([
    name,
    (time * 1e3).toPrecision(4),
    ...fastest.map((t) => (t === null ? "–" : `${digits(t / time)}×`)),
    ofPeak(row, time, peaks),
    off(valuesOff),
    off(resultsOff),
    dropped,
  ]);
}

/** The versions that the contestants told. */
export function versionsOf(measured) {
  const rows = Object.values(measured).flatMap(({ rows }) => rows);
  return Object.assign({}, ...rows.map(({ told }) => told?.versions));
}
