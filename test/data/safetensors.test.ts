/** @file Tensors that are written are read again, and damaged files are refused. */

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { safetensorsFile, tensorsIn } from "../../src/data/safetensors.ts";
import type { Entries, Tensor } from "../../src/data/safetensors.ts";
import { told } from "./files.ts";

const name = fc.oneof(fc.string({ minLength: 1, maxLength: 8 }), fc.constant("__proto__"));
const arrays: readonly ((values: readonly number[]) => Entries)[] = [
  (values) => Float64Array.from(values),
  (values) => Float32Array.from(values),
  (values) => BigInt64Array.from(values.map(BigInt)),
  (values) => BigUint64Array.from(values.map((x) => BigInt(Math.abs(x)))),
  (values) => Int32Array.from(values),
  (values) => Uint32Array.from(values),
  (values) => Int16Array.from(values),
  (values) => Uint16Array.from(values),
  (values) => Int8Array.from(values),
  (values) => Uint8Array.from(values),
];
const tensor: fc.Arbitrary<Tensor> = fc
  .tuple(
    fc.constantFrom(...arrays),
    fc.array(fc.nat(3), { maxLength: 3 }),
    fc.infiniteStream(fc.integer({ min: -100, max: 100 })),
  )
  .map(([array, shape, values]) => {
    const count = shape.reduce((all, size) => all * size, 1);
    return { shape, data: array([...values.take(count)]) };
  });

test("what is written is read, of every kind and shape", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, tensor), { maxLength: 6 }),
      fc.array(fc.tuple(name, fc.string()), { maxLength: 3 }),
      (entries, texts) => {
        const tensors = new Map(entries.filter(([name]) => name !== "__metadata__"));
        const metadata = new Map(texts);
        const file = safetensorsFile({ tensors, metadata });
        const read = tensorsIn(file, "a.safetensors");
        // Maps are equal whatever their order.
        expect(read.tensors).toEqual(tensors);
        expect(read.metadata).toEqual(metadata);
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

test("the bytes are those of the format: a length, a header, entries at multiples of their size", () => {
  const tensors = new Map<string, Tensor>([
    ["b", { shape: [1], data: Uint8Array.of(7) }],
    ["W", { shape: [1, 2], data: Float32Array.of(1, -2) }],
  ]);
  const file = Buffer.from(safetensorsFile({ tensors, metadata: new Map([["made", "here"]]) }));
  const length = Number(file.readBigUInt64LE());
  expect(length % 8).toBe(0);
  expect(
    file
      .subarray(8, 8 + length)
      .toString()
      .trimEnd(),
  ).toBe(
    '{"__metadata__":{"made":"here"},"W":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}}',
  );
  const at = 8 + length;
  expect([file.readFloatLE(at), file.readFloatLE(at + 4), file[at + 8]]).toEqual([1, -2, 7]);
  expect(file.length).toBe(at + 9);
});

/** A file with a header that is typed, and so many bytes of data. */
function typed(header: string, size: number, length = Buffer.byteLength(header)): Uint8Array {
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(length));
  return Buffer.concat([start, Buffer.from(header), Buffer.alloc(size)]);
}
const one = (said: string, size = 8): Uint8Array => typed(`{"w":${said}}`, size);

test.each([
  [
    "a length that is cut",
    Buffer.from([1, 0]),
    "at offset 2 stands the end of the file\n  note: expected: the length of a header",
  ],
  [
    "a header that is longer than the file",
    typed("{}", 0, 9),
    "at offset 0 stands a header of 9 bytes\n  note: expected: one of at most 2",
  ],
  [
    "no JSON",
    typed("{w}", 0),
    'at offset 8 stands no JSON object\n  note: expected: one of 3 bytes: {"name": …}',
  ],
  [
    "no object",
    typed("[]", 0),
    'at offset 8 stands no JSON object\n  note: expected: one of 2 bytes: {"name": …}',
  ],
  [
    "no tensor",
    one("7"),
    "“w” has entries of the kind undefined\n  note: expected: F64 I64 U64 F32 I32 U32 I16 U16 I8 U8",
  ],
  [
    "a kind that is not read",
    one('{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}'),
    '“w” has entries of the kind "BF16"\n  note: expected: F64 I64 U64 F32 I32 U32 I16 U16 I8 U8',
  ],
  [
    "a shape that is none",
    one('{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}'),
    "“w” has the shape [-2]\n  note: expected: sizes from 0 on",
  ],
  [
    "offsets beyond the end",
    one('{"dtype":"F32","shape":[2],"data_offsets":[0,16]}'),
    "“w” stands at [0,16]\n  note: expected: two offsets of the data, from 0 to 8",
  ],
  [
    "offsets the wrong way",
    one('{"dtype":"F32","shape":[2],"data_offsets":[8,0]}'),
    "“w” stands at [8,0]\n  note: expected: two offsets of the data, from 0 to 8",
  ],
  [
    "no offsets",
    one('{"dtype":"F32","shape":[2]}'),
    "“w” stands at undefined\n  note: expected: two offsets of the data, from 0 to 8",
  ],
  [
    "a size that is not that of the shape",
    one('{"dtype":"F32","shape":[3],"data_offsets":[0,8]}'),
    "“w” has 8 bytes\n  note: expected: 12: F32, shape [3]",
  ],
  [
    "tensors that overlap",
    typed(
      '{"v":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"w":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}}',
      7,
    ),
    "“w” begins at offset 116\n  note: expected: offset 117, where the one before it ends",
  ],
  [
    "a hole",
    one('{"dtype":"U8","shape":[4],"data_offsets":[4,8]}'),
    "“w” begins at offset 65\n  note: expected: offset 61, where the one before it ends",
  ],
  [
    "bytes that no tensor holds",
    one('{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'),
    "at offset 66 stands what no tensor holds\n  note: expected: the end of the file",
  ],
  [
    "metadata that are no texts",
    typed('{"__metadata__":{"epoch":3}}', 0),
    '“__metadata__” is no list of texts\n  note: expected: {"name": "text"}',
  ],
])("%s is refused", async (_, bytes, message) => {
  expect(await told(() => tensorsIn(bytes, "w.safetensors"))).toBe(
    `error[damaged-file]: w.safetensors is damaged: ${message}`,
  );
});

test("no damage of a byte or of the length is read otherwise than as tensors or as an error", async () => {
  const tensors = new Map<string, Tensor>([["w", { shape: [2], data: Float32Array.of(1, 2) }]]);
  const whole = safetensorsFile({ tensors, metadata: new Map() });
  for (let at = 0; at < whole.length; at++)
    for (const value of [0, 0x22, 0x39, 0xff]) {
      const broken = Uint8Array.from(whole);
      broken[at] = value;
      await told(() => tensorsIn(broken, "w"));
      await told(() => tensorsIn(whole.subarray(0, at), "w"));
    }
});
