/** @file Scales: numbers to places on an axis, and the ticks that are easy to read: 1, 2 and 5 times a power of ten. */

/** A value that is named on an axis. */
export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** An axis from one end, 0, to the other, 1. */
export interface Scale {
  readonly isLog: boolean;
  /** Where a value of the domain stands. */
  readonly place: (value: number) => number;
  /** Ascending; the domain reaches from the first to the last where the axis is rounded. */
  readonly ticks: readonly Tick[];
}

/** A number with at most so many digits, as it is read: 0.2136, 1.5e-7, 12400. */
export function figure(value: number, digits = 4): string {
  const written = value.toPrecision(digits);
  const short = Number(written);
  const size = Math.abs(short);
  // The greatest floats are rounded to what is none.
  const text = Number.isFinite(short)
    ? size !== 0 && (size < 1e-4 || size >= 1e6)
      ? short.toExponential()
      : String(short + 0)
    : written;
  return text.replace("e+", "e");
}

/** Numbers nearer to one another than this, relative to their size, are drawn as one. */
const nearness = 1e-9;
/** Below it differences are no floats of full precision. */
const smallest = 1e-290;

/** What is drawn of values that are the same: a tenth more and less. */
function spread(low: number, high: number, bounds: readonly [number, number]): [number, number] {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const isSpread = high / 2 - low / 2 > nearness * size && size > smallest;
  if (isSpread) return [low, high];
  const by = size > smallest ? size / 10 : 1;
  // The largest floats have nothing above them.
  const [least, most] = [Math.max(low - by, bounds[0]), Math.min(high + by, bounds[1])];
  return [Math.max(least, -Number.MAX_VALUE), Math.min(most, Number.MAX_VALUE)];
}

/** A step of 1, 2 or 5 times a power of ten, of which so many cover the span. */
function niceStep(low: number, high: number, most: number): { factor: number; power: number } {
  const raw = high / most - low / most;
  const power = Math.floor(Math.log10(raw));
  const unit = raw / 10 ** power;
  const factor = [1, 2, 5, 10].find((each) => each >= unit * (1 - nearness)) ?? 10;
  return factor === 10 ? { factor: 1, power: power + 1 } : { factor, power };
}

/** So many times 10 to a power: a negative power divides, which rounds once. */
const shifted = (whole: number, power: number): number =>
  power < 0 && power > -300 ? whole / 10 ** -power : whole * 10 ** power;

/** Whole multiples of a step. */
function multiples(from: number, to: number, factor: number, power: number): Tick[] {
  const isPlain = power >= -6 && power <= 5;
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => {
    const value = shifted((from + i) * factor, power) + 0;
    return { value, text: isPlain ? value.toFixed(Math.max(0, -power)) : figure(value, 15) };
  }).filter(({ value }) => Number.isFinite(value));
}

/** How far along a span a value is, without what overflows. */
const along = (low: number, high: number) => (value: number) =>
  (value / 2 - low / 2) / (high / 2 - low / 2);

const unbounded = [-Infinity, Infinity] as const;

/** An axis of numbers whose ends are ticks, about so many; it stays within bounds that are whole steps apart. */
export function linearScale(
  low: number,
  high: number,
  most: number,
  bounds: readonly [number, number] = unbounded,
): Scale {
  const [from, to] = spread(low, high, bounds);
  const { factor, power } = niceStep(from, to, most);
  const step = shifted(factor, power);
  const [first, last] = [Math.floor(from / step + nearness), Math.ceil(to / step - nearness)];
  const ticks = multiples(first, last, factor, power);
  const ends = [Math.min(from, ticks[0]!.value), Math.max(to, ticks.at(-1)!.value)] as const;
  return { isLog: false, place: along(...ends), ticks };
}

/** An axis of whole numbers, such as epochs: ticks between its ends, at most so many, and at the first where there is room. */
export function wholeScale(low: number, high: number, most: number): Scale {
  if (low === high)
    return { isLog: false, place: () => 0.5, ticks: [{ value: low, text: figure(low, 15) }] };
  const nice = niceStep(low, high, most);
  const { factor, power } = nice.power < 0 ? { factor: 1, power: 0 } : nice;
  const step = factor * 10 ** power;
  const ticks = multiples(Math.ceil(low / step), Math.floor(high / step), factor, power);
  const first = ticks[0]?.value ?? Infinity;
  const begin = { value: low, text: figure(low, 15) };
  return {
    isLog: false,
    place: along(low, high),
    ticks: first - low > 0.6 * step ? [begin, ...ticks] : ticks,
  };
}

/** More decades than that are not all named. */
const mostDecades = 6;

/** An axis of positive numbers whose ends are ticks: powers of ten, and where these are few 2 and 5 times these, too. */
export function logScale(low: number, high: number): Scale {
  const from = Math.floor(Math.log10(low));
  const to = Math.max(from + 1, Math.ceil(Math.log10(high)));
  const every = Math.ceil((to - from) / mostDecades);
  const factors = to - from > 2 ? [1] : [1, 2, 5];
  const all: Tick[] = [];
  for (let power = from; power < to + every; power += every)
    for (const value of factors.map((factor) => shifted(factor, power)))
      if (value > 0 && Number.isFinite(value)) all.push({ value, text: figure(value) });
  // From the last tick that is not above the values to the first that is not below them.
  const first = Math.max(
    0,
    all.findLastIndex(({ value }) => value <= low),
  );
  const last = all.findIndex(({ value }, i) => value >= high && i > first);
  const ticks = all.slice(first, last < 0 ? all.length : last + 1);
  const place = along(
    Math.log10(Math.min(low, ticks[0]!.value)),
    Math.log10(Math.max(high, ticks.at(-1)!.value)),
  );
  return { isLog: true, place: (value) => place(Math.log10(value)), ticks };
}

/** From so many times the least value on a linear axis shows little of what is small. */
const manyTimes = 100;

/** Whether positive values span so much that they are read on a logarithmic axis. */
export const spansDecades = (low: number, high: number): boolean =>
  low > 0 && high / manyTimes >= low;
