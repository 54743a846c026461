/** @file Numbers in files: what is read, and what is said of files that cannot be. */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { matrixInCsv, tableInCsv } from "../../src/eval/csv.ts";
import { evaluation } from "../../src/eval/index.ts";
import { parsedJson } from "../../src/eval/json-text.ts";
import { matrixInJson, numbersInJson, samplesInJson } from "../../src/eval/json.ts";
import { arrayInNpy } from "../../src/eval/npy.ts";
import { numbersNamed } from "../../src/eval/numbers.ts";
import type { Numbers } from "../../src/eval/numbers.ts";
import { samplesInTable } from "../../src/eval/samples.ts";
import { show } from "../../src/expr/rational.ts";
import { NablaError } from "../../src/index.ts";
import { nabla } from "../program.ts";

const shown = ({ rows }: Numbers): string => rows.map((row) => row.map(show).join(" ")).join("; ");

function told(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof NablaError) return error.render();
    throw error;
  }
  return "no error";
}

/** A file of NumPy's format. */
function npy(
  descr: string,
  shape: string,
  data: Uint8Array,
  { version = 1, order = "False" }: { version?: number; order?: string } = {},
): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
  const length = new Uint8Array(version === 1 ? 2 : 4);
  const view = new DataView(length.buffer);
  if (version === 1) view.setUint16(0, header.length, true);
  else view.setUint32(0, header.length, true);
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from("NUMPY"), version, 0]),
    length,
    Buffer.from(header, "latin1"),
    data,
  ]);
}

/** Entries as bytes, little end first. */
function bytesOf(
  entries: readonly number[],
  size: number,
  put: (view: DataView, at: number, x: number, isLittle: boolean) => void,
  isLittle = true,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(size * entries.length));
  for (const [i, x] of entries.entries()) put(view, i * size, x, isLittle);
  return new Uint8Array(view.buffer);
}

const f8 = (v: DataView, at: number, x: number, little: boolean): void =>
  v.setFloat64(at, x, little);
const f4 = (v: DataView, at: number, x: number, little: boolean): void =>
  v.setFloat32(at, x, little);
const i2 = (v: DataView, at: number, x: number, little: boolean): void => v.setInt16(at, x, little);
const i8 = (v: DataView, at: number, x: number, little: boolean): void =>
  v.setBigInt64(at, BigInt(x), little);

describe("NPY", () => {
  test.each([
    ["floats, by rows", npy("<f8", "(2, 2)", bytesOf([0.1, 2, -3, 4], 8, f8)), "1/10 2; -3 4"],
    [
      "by columns, the big end first, version 2",
      npy(">f4", "(2, 2)", bytesOf([0.1, 2, -3, 4], 4, f4, false), { version: 2, order: "True" }),
      "1/10 -3; 2 4",
    ],
    [
      "one axis is a column, version 3",
      npy("<i2", "(3,)", bytesOf([1, -2, 3], 2, i2), { version: 3 }),
      "1; -2; 3",
    ],
    ["no axis is a number", npy("<i8", "()", bytesOf([-7], 8, i8)), "-7"],
    ["truth values", npy("|b1", "(1, 2)", new Uint8Array([1, 0])), "1 0"],
    ["bytes", npy("|u1", "(2,)", new Uint8Array([255, 0])), "255; 0"],
    ["signed bytes", npy("|i1", "(2,)", new Uint8Array([255, 127])), "-1; 127"],
  ])("%s", (_, file, expected) => {
    expect(shown(arrayInNpy(file, "a.npy"))).toBe(expected);
  });

  const whole = npy("<f8", "(2, 2)", bytesOf([1, 2, 3, 4], 8, f8));
  test.each([
    [
      "another file",
      Buffer.from("hello, world"),
      "error[damaged-file]: a.npy is damaged: at offset 0 stands other bytes\n  note: expected: \\x93NUMPY",
    ],
    [
      "an empty file",
      new Uint8Array(0),
      "error[damaged-file]: a.npy is damaged: at offset 0 stands the end of the file\n  note: expected: \\x93NUMPY",
    ],
    [
      "a version of the future",
      npy("<f8", "(1,)", bytesOf([1], 8, f8), { version: 9 }),
      "error[damaged-file]: a.npy is damaged: at offset 6 stands version 9\n  note: expected: version 1, 2 or 3",
    ],
    [
      "a header that is cut",
      whole.subarray(0, 20),
      "error[damaged-file]: a.npy is damaged: at offset 20 stands the end of the file\n  note: expected: a header up to offset 70",
    ],
    [
      "a header that says too little",
      npy("<f8", "[2, 2]", bytesOf([1], 8, f8)),
      "error[damaged-file]: a.npy is damaged: at offset 10 stands a header without it\n  note: expected: shape",
    ],
    [
      "data that are cut",
      whole.subarray(0, whole.length - 3),
      `error[damaged-file]: a.npy is damaged: at offset ${whole.length - 3} stands the end of the file\n  note: expected: 4 entries of 8 bytes up to offset ${whole.length}`,
    ],
    [
      "more data than the header says",
      Buffer.concat([whole, Buffer.from([0])]),
      `error[damaged-file]: a.npy is damaged: at offset ${whole.length} stands a byte too many\n  note: expected: 4 entries of 8 bytes up to offset ${whole.length}`,
    ],
    [
      "what is no number",
      npy("<f8", "(2,)", bytesOf([1, Number.NaN], 8, f8)),
      "error[bad-data]: a.npy: offset 76: the entry is no finite number",
    ],
    [
      "complex numbers",
      npy("<c16", "(1,)", new Uint8Array(16)),
      "error[bad-data]: a.npy: entries of the kind <c16 are not read\n  hint: <f8 <f4 <i8 <i4 |u1 |b1",
    ],
    [
      "records",
      Buffer.from(
        Buffer.from(npy("in its place", "(1,)", new Uint8Array(8)))
          .toString("latin1")
          .replace("'in its place'", "[('a', '<f8')]"),
        "latin1",
      ),
      "error[bad-data]: a.npy: entries of the kind [('a', '<f8')] are not read\n  hint: <f8 <f4 <i8 <i4 |u1 |b1",
    ],
    [
      "three axes",
      npy("<f8", "(1, 1, 1)", bytesOf([1], 8, f8)),
      "error[bad-data]: a.npy: it has 3 axes, and at most 2 are read",
    ],
    [
      "no entries",
      npy("<f8", "(0, 3)", new Uint8Array(0)),
      "error[bad-data]: a.npy: it holds no numbers",
    ],
    [
      "more entries than there can be",
      npy("<f8", "(100000, 100000)", new Uint8Array(0)),
      "error[bad-data]: a.npy: it holds 10000000000 numbers, and at most 1000000 are read",
    ],
  ])("is refused: %s", (_, file, message) => {
    expect(told(() => arrayInNpy(file, "a.npy"))).toBe(message);
  });

  test("no damage of a byte or of the length is read otherwise than as numbers or as an error", () => {
    for (let at = 0; at < whole.length; at++)
      for (const value of [0, 0x27, 0x39, 0xff]) {
        const broken = Uint8Array.from(whole);
        broken[at] = value;
        expect(() => told(() => arrayInNpy(broken, "a.npy"))).not.toThrow();
        expect(() => told(() => arrayInNpy(whole.subarray(0, at), "a.npy"))).not.toThrow();
      }
  });
});

describe("JSON", () => {
  test("numbers, lists and rows, exact digit by digit", () => {
    const found = numbersInJson(
      '{"x": [1, "1/3"], "W": [[0.1, -2e-1]], "y": 0.12345678901234567890123}',
      "a.json",
    );
    expect([...found].map(([name, of]) => `${name} = ${shown(of)}`)).toEqual([
      "x = 1; 1/3",
      "W = 1/10 -1/5",
      "y = 12345678901234567890123/100000000000000000000000",
    ]);
  });

  test("samples are a list of objects", () => {
    const found = samplesInJson('[{"x": [1, 0], "y": 1}, {"x": [0, 1], "y": -1}]', "a.json");
    expect(found.map((one) => [...one].map(([name, of]) => `${name} = ${shown(of)}`))).toEqual([
      ["x = 1; 0", "y = 1"],
      ["x = 0; 1", "y = -1"],
    ]);
  });

  test.each([
    ["[1, 2]", 'it is no object of names\n  hint: {"x": [1, 2], "y": 2}'],
    ['{"x": []}', "x: an empty list gives no numbers"],
    ['{"x": [1, [2]]}', "x: beside rows stands what is none"],
    ['{"x": [[1, 2], [3]]}', "x: the rows are not of one length"],
    ['{"x": "1/0"}', 'x: “1/0” is no number\n  hint: 2, 0.5, "1/3"'],
    ['{"x": {"a": 1}}', 'x: {"a":1} is no number\n  hint: 2, 0.5, "1/3"'],
    ['{"x": null}', 'x: null is no number\n  hint: 2, 0.5, "1/3"'],
    ['{"x": 1e9999}', 'x: “1e9999” is no number\n  hint: 2, 0.5, "1/3"'],
  ])("%s is refused", (text, message) => {
    expect(told(() => numbersInJson(text, "a.json"))).toBe(`error[bad-data]: a.json: ${message}`);
  });
});

test.each([
  ["[1, 2", "line 1, column 6: it is no JSON: the end stands where a comma or ] is expected"],
  [
    "",
    "line 1, column 1: it is no JSON: the end stands where a number, a list, an object or a text is expected",
  ],
  [
    '{"x": [1,\n 2, NaN]}',
    "line 2, column 5: it is no JSON: “NaN” stands where a number, a list, an object or a text is expected",
  ],
  ['{"x": 1,}', "line 1, column 9: it is no JSON: “}” stands where a name in quotes is expected"],
  [
    '{"x": 02}',
    "line 1, column 7: it is no JSON: “02” stands where a number, a list, an object or a text is expected",
  ],
  ['{"x" 2}', "line 1, column 6: it is no JSON: “2” stands where a colon is expected"],
  ['{"x": 1} 2', "line 1, column 10: it is no JSON: “2” stands where the end is expected"],
  ['{"x": 1, "x": 2}', "line 1, column 10: it is no JSON: “x” stands there for the second time"],
  ["[".repeat(1000), "line 1, column 34: it is no JSON: its brackets are too deep"],
])("%j is refused with its place", (text, message) => {
  const hint = '{"W": [[1, 2], [3, 4]], "x": [1, "1/3"], "y": 2}';
  expect(told(() => numbersInJson(text, "a.json"))).toBe(
    `error[bad-data]: a.json: ${message}\n  hint: ${hint}`,
  );
});

test("a file with names of its own is none for one name", () => {
  expect(shown(matrixInJson("[[1, 2], [3, 4]]", "a.json"))).toBe("1 2; 3 4");
  expect(told(() => matrixInJson('{"x": 1}', "a.json"))).toBe(
    "error[bad-data]: a.json: it has names of its own\n  hint: --at a.json",
  );
});

test("what JSON reads is read", () => {
  const text =
    ' {"a": [], "b\\u0041": [null, true, {"c": "\\n\\u2212"}], "__proto__": "", "d": {}}\r\n';
  expect(parsedJson(text, "a.json")).toEqual(JSON.parse(text));
  expect(parsedJson("[-0.5e+3]", "a.json")).toEqual(["\u0000-0.5e+3"]);
});

test("a key that is no name is refused", () => {
  const given = (text: string) => (): unknown => numbersNamed(numbersInJson(text, "a.json"));
  for (const key of ["a, b", "__proto__", "1", "", "x = 2; y"])
    expect(told(given(`{"${key}": 1}`))).toBe(
      `error[no-name]: “${key}” is no name that numbers can be given for\n  hint: W, x_1, W_{out}, alpha`,
    );
});

test.each([
  ["‖Wx‖²", '{"W": [[1, 2]], "x": [1, 2, 3]}', "x is n×1, and its numbers are 3×1"],
  ["‖Wx‖²", '{"W": [[1, 2]], "x": [1, 2], "z": 3}', "numbers are given for z"],
  ["K = Wx; ‖K‖²", '{"K": 3}', "numbers are given for K, which the problem defines"],
  ["A: n×n symmetric; xᵀAx", '{"A": [[1, 2], [0, 1]], "x": [1, 2]}', "A is declared symmetric"],
  ["x: n; ‖x‖²", '{"x": [1], "n": 2.5}', "the number of n is no size"],
  ["x: n; ‖x‖²", '{"x y": [1]}', "“x y” is no name"],
])("what is wrong with the numbers of a file names it: %s with %s", (expr, text, message) => {
  const act = (): unknown =>
    evaluation({ expr }, numbersNamed(numbersInJson(text, "a.json"), "a.json"), []);
  expect(told(act)).toContain(`]: a.json: ${message}`);
});

test("W_out needs no braces", () => {
  const [given] = numbersNamed(numbersInJson('{"W_out": 1}', "a.json"));
  expect(given!.name).toBe("W_{out}");
});

describe("CSV", () => {
  test("a matrix has no header", () => {
    expect(shown(matrixInCsv("1, 2\r\n0.5, 1/3\r\n", "a.csv"))).toBe("1 2; 1/2 1/3");
  });

  test("columns below their names are samples; x_1 and x_2 are the entries of x", () => {
    const { names, rows } = tableInCsv('x_1;x_2;"y"\n1;0;1\n0;1;-1\n', "a.csv");
    const samples = samplesInTable(names, rows);
    expect(samples.map((one) => one.map((g) => `${g.name} = ${shown(g)}`))).toEqual([
      ["x = 1; 0", "y = 1"],
      ["x = 0; 1", "y = -1"],
    ]);
  });

  test.each([
    ["", "there is nothing in the file"],
    ["x,y\n", "there are no numbers below the names"],
    ["1,2\n3,4\n", "its first line holds numbers, not names\n  hint: NAME=a.csv"],
    ["x,x\n1,2\n", "line 1: x names two columns"],
    ["x,\n1,2\n", "line 1: a column has no name"],
    ["x,y\n1,2\n3\n", "line 3: it has 1 cell, and line 1 has 2"],
    ["x,y\n1,two\n", "line 2, column 2: “two” is no number"],
    ["x,y\n1,\n", "line 2, column 2: the cell is empty"],
    ["x,y\n1,inf\n", "line 2, column 2: “inf” is no number"],
  ])("%j is refused", (text, message) => {
    expect(told(() => tableInCsv(text, "a.csv"))).toBe(`error[bad-data]: a.csv: ${message}`);
  });
});

describe("the program", () => {
  const folder = mkdtempSync(join(tmpdir(), "nabla-"));
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const weights = file("w.json", '{"w": [0.5, "1/4"]}');
  const samples = file("s.csv", "x_1,x_2,y\n1,0,1\n0,1,2\n");
  const array = file("x.npy", npy("<f8", "(2,)", bytesOf([1, 2], 8, f8)));

  test("takes numbers from files of each kind", () => {
    const { stdout, stderr, status } = nabla([
      "eval",
      "wᵀx",
      "--at",
      weights,
      "--at",
      `x=${array}`,
    ]);
    expect(stdout).toBe(`L = wᵀx

Values
     value        ∂L/∂·
  w  (0.5, 0.25)  (1, 2)
  x  (1, 2)       (0.5, 0.25)
  L  1            1
`);
    expect(stderr).toContain("verified: each value by floats");
    expect(status).toBe(0);
  });

  test.each([
    ["x=\\frac{1}{3}", "x  1/3    2/3"],
    ["x=-\\frac14", "x  −0.25   −0.5"],
  ])("takes %s for a number, and no file", (at, line) => {
    expect(nabla(["eval", "x²", "--at", at]).stdout).toContain(line);
  });

  test("writes CSV where the file ends so, and says nothing on stdout", () => {
    const out = join(folder, "out.csv");
    const { stdout, status } = nabla([
      "eval",
      "½(wᵀx − y)²",
      "--at",
      weights,
      "--samples",
      samples,
      "--descend",
      "w",
      "--rate",
      "0.1",
      "-o",
      out,
    ]);
    expect([stdout, status]).toEqual(["", 0]);
  });

  test.each([
    [["x²", "--at", "x=none.npy"], 4, "cannot-read"],
    [
      ["x²", "--at", `x=${file("x.csv", Buffer.from("1\n2\n", "utf16le").fill(0xff, 0, 1))}`],
      2,
      "bad-data",
    ],
    [["x²", "--at", array], 2, "bad-option"],
    [["x²", "--at", "x"], 2, "bad-option"],
    [["x²", "--at", "x=2", "--digits", "0"], 2, "bad-option"],
    [["x²", "--at", "x=2", "--iterations", "2"], 2, "bad-option"],
    [["x²", "--at", "x=2", "--descend", "x"], 2, "bad-option"],
    [["x²", "--at", "x=2", "--descend", "x", "--rate", "1e999"], 2, "bad-option"],
    [["x²", "--at", "x=2", "--forward", "--wrt", "x"], 2, "bad-option"],
    [["x²", "--at", "x=2", "--samples", samples, "--samples", "y=[1 2]"], 2, "bad-option"],
    [["1/x", "--at", "x=0"], 3, "no-value"],
  ])("%j ends with %i", (args, status, code) => {
    const run = nabla(["eval", ...args]);
    expect(run.stderr).toContain(`error[${code}]`);
    expect(run.status).toBe(status);
  });

  test("errors are JSON where JSON is asked for", () => {
    const { stdout, status } = nabla(["eval", "1/x", "--at", "x=0", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: "no-value" } });
    expect(status).toBe(3);
  });
});
