/** @file Images as pixels: read from rows or from planes of colours, and tiled. */

/** An image of grey (1 channel) or of red, green and blue (3), row by row, the channels of a pixel together. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** How an array is an image: h×w or 1×h×w of grey, 3×h×w of planes of red, green and blue. */
interface Picturing {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** How an array of that shape is an image; null where it is none. */
export function picturing(shape: readonly number[]): Picturing | null {
  const [height, width] = shape.slice(-2);
  const planes = shape.length === 3 ? shape[0] : 1;
  if (shape.length < 2 || shape.length > 3 || !height || !width) return null;
  return planes === 1 || planes === 3 ? { width, height, channels: planes } : null;
}

/** The image in an array of bytes of some shape; null where the shape is that of no image. */
export function rasterOf(values: Uint8Array, shape: readonly number[]): Raster | null {
  const found = picturing(shape);
  if (!found) return null;
  const { width, height, channels } = found;
  const plane = width * height;
  if (values.length !== plane * channels)
    throw new Error(`internal: ${values.length} values for a shape of ${shape.join("×")}`);
  const pixels = values.map((_, k) => values[(k % channels) * plane + Math.floor(k / channels)]!);
  return { ...found, pixels };
}

/** What stands between tiles: told from light and from dark ones. */
const between = 0xb8;

/** Images of one size in rows of so many, a pixel apart, as one. */
export function tiled(tiles: readonly Raster[], columns: number): Raster {
  const [first] = tiles;
  if (!first) throw new Error("internal: an image of no tiles");
  const { width, height } = first;
  if (tiles.some((tile) => tile.width !== width || tile.height !== height))
    throw new Error("internal: tiles of several sizes");
  const channels = tiles.some((tile) => tile.channels === 3) ? 3 : 1;
  const across = Math.min(columns, tiles.length) * (width + 1) - 1;
  const down = Math.ceil(tiles.length / columns) * (height + 1) - 1;
  const pixels = new Uint8Array(across * down * channels).fill(between);
  for (const [i, tile] of tiles.entries()) {
    const left = (i % columns) * (width + 1);
    const top = Math.floor(i / columns) * (height + 1);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++)
          pixels[((top + y) * across + left + x) * channels + c] =
            tile.pixels[(y * width + x) * tile.channels + (tile.channels === 3 ? c : 0)]!;
  }
  return { width: across, height: down, channels, pixels };
}
