/** @file PNG files hold the pixels that they were made of, and images are read from planes and tiled. */

import { inflateSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc32, png, pngUri } from "../../src/draw/png.ts";
import { rasterOf, tiled } from "../../src/draw/raster.ts";
import type { Raster } from "../../src/draw/raster.ts";

/** The chunks of a file, each with whether its checksum is right. */
function chunks(file: Uint8Array): { name: string; data: Buffer; isSound: boolean }[] {
  const bytes = Buffer.from(file);
  const found = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const named = bytes.subarray(at + 4, at + 8 + length);
    found.push({
      name: named.toString("latin1", 0, 4),
      data: named.subarray(4),
      isSound: bytes.readUInt32BE(at + 8 + length) === crc32(named),
    });
    at += 12 + length;
  }
  return found;
}

const rasters: fc.Arbitrary<Raster> = fc
  .record({
    width: fc.integer({ min: 1, max: 20 }),
    height: fc.integer({ min: 1, max: 20 }),
    channels: fc.constantFrom(1 as const, 3 as const),
  })
  .chain(({ width, height, channels }) => {
    const length = width * height * channels;
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((pixels) => ({ width, height, channels, pixels }));
  });

describe("PNG", () => {
  test("the checksum is that of PNG", () => {
    expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
    expect(crc32(Buffer.from("IEND"))).toBe(0xae426082);
  });

  test("a file has the pixels of its image, below a header with its size", () => {
    fc.assert(
      fc.property(rasters, (raster) => {
        const file = png(raster);
        expect(Buffer.from(file.subarray(0, 8)).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
        const found = chunks(file);
        expect(found.map(({ name }) => name)).toEqual(["IHDR", "IDAT", "IEND"]);
        expect(found.every(({ isSound }) => isSound)).toBe(true);
        const header = found[0]!.data;
        expect([header.readUInt32BE(0), header.readUInt32BE(4)]).toEqual([
          raster.width,
          raster.height,
        ]);
        expect([...header.subarray(8)]).toEqual([8, raster.channels === 1 ? 0 : 2, 0, 0, 0]);
        const rows = inflateSync(found[1]!.data);
        const across = raster.width * raster.channels + 1;
        expect(rows.length).toBe(across * raster.height);
        const pixels = [...rows].filter((_, k) => k % across !== 0);
        expect(pixels).toEqual([...raster.pixels]);
        expect([...rows].every((filter, k) => k % across !== 0 || filter === 0)).toBe(true);
        expect(png(raster)).toEqual(file);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  test("an address holds the file", () => {
    const raster: Raster = { width: 1, height: 1, channels: 1, pixels: Uint8Array.of(7) };
    const [kind, data] = pngUri(raster).split(",");
    expect(kind).toBe("data:image/png;base64");
    expect(Buffer.from(data!, "base64")).toEqual(Buffer.from(png(raster)));
  });

  test("pixels that are not as many as the size says are our mistake", () => {
    const raster: Raster = { width: 2, height: 2, channels: 3, pixels: new Uint8Array(4) };
    expect(() => png(raster)).toThrow("internal: 4 values for 2×2×3");
  });
});

describe("images", () => {
  test("planes of red, green and blue become pixels", () => {
    const planes = Uint8Array.of(1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 21, 22, 23, 24, 25, 26);
    expect(rasterOf(planes, [3, 2, 3])).toEqual({
      width: 3,
      height: 2,
      channels: 3,
      pixels: Uint8Array.of(1, 11, 21, 2, 12, 22, 3, 13, 23, 4, 14, 24, 5, 15, 25, 6, 16, 26),
    });
  });

  test.each([[[2, 3]], [[1, 2, 3]]])("%j is grey", (shape) => {
    const values = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect(rasterOf(values, shape)).toEqual({ width: 3, height: 2, channels: 1, pixels: values });
  });

  test.each([[[6]], [[2, 3, 1]], [[1, 1, 2, 3]], [[0, 4]], [[]]])("%j is no image", (shape) => {
    expect(rasterOf(new Uint8Array(6), shape)).toBeNull();
  });

  test("tiles stand in rows, a pixel apart, grey ones as colours beside those that have some", () => {
    const grey: Raster = { width: 1, height: 1, channels: 1, pixels: Uint8Array.of(9) };
    const red: Raster = { width: 1, height: 1, channels: 3, pixels: Uint8Array.of(255, 0, 0) };
    const one = tiled([grey, grey, grey], 2);
    expect({ ...one, pixels: [...one.pixels] }).toEqual({
      width: 3,
      height: 3,
      channels: 1,
      pixels: [9, 184, 9, 184, 184, 184, 9, 184, 184],
    });
    const both = tiled([grey, red], 2);
    expect([...both.pixels]).toEqual([9, 9, 9, 184, 184, 184, 255, 0, 0]);
  });
});
