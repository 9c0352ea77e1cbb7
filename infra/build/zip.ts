import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  /** Path inside the archive, with `/`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** 1 January 1980, the first day that a zip can tell: the same in every build. */
const DOS_DATE = (1 << 5) | 1;
const DEFLATE = 8;
const VERSION = 20;
const UTF8_NAMES = 0x0800;
/** A plain file that everybody may read, made on Unix. */
const UNIX = 3;
const FILE_MODE = 0o100644;

/**
 * A zip archive that depends on names and contents alone: sorted, with fixed times, without extras.
 *
 * Format: PKWARE APPNOTE 6.3, without Zip64: for archives under 4 GB and 65,536 entries.
 */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of sorted) {
    const path = Buffer.from(name, "utf8");
    const packed = deflateRawSync(bytes, { level: 9 });
    const about = describe(path, bytes, packed);
    const local = Buffer.concat([word(0x04034b50), half(VERSION), about, half(0), path, packed]);
    directory.push(
      Buffer.concat([
        word(0x02014b50),
        half((UNIX << 8) | VERSION),
        half(VERSION),
        about,
        // Extra field, comment, disk, internal attributes.
        ...[0, 0, 0, 0].map(half),
        word(FILE_MODE * 0x10000),
        word(offset),
        path,
      ]),
    );
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const count = half(sorted.length);
  const end = Buffer.concat([
    word(0x06054b50),
    half(0),
    half(0),
    count,
    count,
    word(size),
    word(offset),
    half(0),
  ]);
  return Buffer.concat([...parts, ...directory, end]);
}

/** What the header of a file and its line in the directory have in common. */
function describe(path: Buffer, bytes: Uint8Array, packed: Buffer): Buffer {
  return Buffer.concat([
    half(UTF8_NAMES),
    half(DEFLATE),
    half(0),
    half(DOS_DATE),
    word(crc32(bytes)),
    word(packed.length),
    word(bytes.length),
    half(path.length),
  ]);
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
