/** @file The members of a tar archive (POSIX ustar), one after the other. */

import { errors } from "../diagnostics/errors.ts";

/** A file in an archive; its pieces have to be taken before the next member comes. */
export interface Member {
  readonly path: string;
  readonly size: number;
  readonly pieces: AsyncIterable<Uint8Array>;
}

const block = 512;
/** An archive of data has few entries. */
const mostEntries = 1000;

/** The files of an archive, whose bytes come piece by piece; folders, links and other entries are passed over. */
export async function* membersOf(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Member> {
  const input = new Input(pieces, name);
  try {
    for (let entries = 0; ; entries++) {
      const start = input.at;
      const header = await input.take(block, "a header of 512 bytes, or an empty one at the end");
      if (header.every((byte) => byte === 0)) {
        // What is behind the end is nothing, but its source may have a check sum there.
        await input.drain();
        return;
      }
      if (entries === mostEntries)
        throw errors.badData(name, `it has more than ${mostEntries} entries, and data have few`);
      const { path, size, isFile } = entryIn(header, start, name);
      const end = input.at + size;
      const expected = `${path}, ${size} bytes up to offset ${end}`;
      if (isFile) yield { path, size, pieces: input.upTo(end, expected) };
      await input.skip(end, expected);
      await input.skip(start + block + Math.ceil(size / block) * block, expected);
    }
  } finally {
    await input.close();
  }
}

interface Entry {
  readonly path: string;
  readonly size: number;
  readonly isFile: boolean;
}

function entryIn(header: Uint8Array, start: number, name: string): Entry {
  const text = (from: number, length: number): string => {
    const field = header.subarray(from, from + length);
    const end = field.indexOf(0);
    return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString("utf8");
  };
  const octal = (from: number, length: number, what: string): number => {
    const digits = text(from, length).trim();
    if (!/^[0-7]+$/u.test(digits))
      throw errors.damagedFile(name, start + from, "no octal number", what);
    return Number.parseInt(digits, 8);
  };
  const said = octal(148, 8, "a check sum");
  // The sum is of the header with blanks in its own place.
  const found = header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (said !== found)
    throw errors.damagedFile(
      name,
      start + 148,
      `the check sum ${said}`,
      `${found}, that of the header`,
    );
  const prefix = text(257, 5) === "ustar" && header[262] === 0 ? text(345, 155) : "";
  const kind = header[156]!;
  return {
    path: prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    size: octal(124, 12, "a size"),
    isFile: kind === 0 || kind === 0x30,
  };
}

/** Bytes that come piece by piece, taken in other pieces. */
class Input {
  /** The offset of what is taken next. */
  at = 0;
  private readonly name: string;
  private readonly source: AsyncIterator<Uint8Array>;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(pieces: AsyncIterable<Uint8Array>, name: string) {
    this.name = name;
    this.source = pieces[Symbol.asyncIterator]();
  }

  /** What is there, at most so many bytes. */
  private async some(most: number, expected: string): Promise<Uint8Array> {
    while (this.rest.length === 0) {
      const { done, value } = await this.source.next();
      if (done) throw errors.damagedFile(this.name, this.at, "the end of the file", expected);
      this.rest = value;
    }
    const taken = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(taken.length);
    this.at += taken.length;
    return taken;
  }

  async take(size: number, expected: string): Promise<Uint8Array> {
    const bytes = new Uint8Array(size);
    for (let got = 0; got < size; ) {
      const more = await this.some(size - got, expected);
      bytes.set(more, got);
      got += more.length;
    }
    return bytes;
  }

  async *upTo(end: number, expected: string): AsyncGenerator<Uint8Array> {
    while (this.at < end) yield await this.some(end - this.at, expected);
  }

  async skip(end: number, expected: string): Promise<void> {
    while (this.at < end) await this.some(end - this.at, expected);
  }

  async drain(): Promise<void> {
    while (!(await this.source.next()).done);
  }

  async close(): Promise<void> {
    await this.source.return?.();
  }
}
