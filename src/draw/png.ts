/** @file Images as PNG files, of grey or of RGB, with 8 bits a value. */

import { deflateSync } from "node:zlib";
import type { Raster } from "./raster.ts";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Of a PNG header: no palette, no transparency. */
const colorTypes = { 1: 0, 3: 2 } as const;

/** The bytes of a PNG file; the same image gives the same bytes. */
export function png({ width, height, channels, pixels }: Raster): Uint8Array {
  const row = width * channels;
  if (pixels.length !== row * height)
    throw new Error(`internal: ${pixels.length} values for ${width}×${height}×${channels}`);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, colorTypes[channels], 0, 0, 0], 8);
  // Each row begins with its filter: 0, none.
  const rows = new Uint8Array((row + 1) * height);
  for (let i = 0; i < height; i++)
    rows.set(pixels.subarray(i * row, (i + 1) * row), i * (row + 1) + 1);
  return Buffer.concat([
    Uint8Array.from(signature),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** The image as an address that holds it. */
export const pngUri = (raster: Raster): string =>
  `data:image/png;base64,${Buffer.from(png(raster)).toString("base64")}`;

/** Length, name, data, and the checksum of name and data. */
function chunk(name: string, data: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

/** The remainders of all bytes by the polynomial of CRC-32, bits reversed. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
  return rest;
});

/** The checksum of PNG and of ZIP; `crc32` of node:zlib is not in every Node that is served. */
export const crc32 = (bytes: Uint8Array): number =>
  (bytes.reduce((rest, byte) => remainders[(rest ^ byte) & 0xff]! ^ (rest >>> 8), -1) ^ -1) >>> 0;
