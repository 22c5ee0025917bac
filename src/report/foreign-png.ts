import { readFileSync, statSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { decode, encode } from 'fast-png';

/** The largest file that is read, and the most pixels of a picture. */
const MOST_BYTES = 2 ** 20;
const MOST_PIXELS = 2 ** 20;

/** The number of channels by PNG's colour type; palettes are not among them. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };

/**
 * Reads a PNG that somebody else may have made, and writes its pixels anew, so that nothing else of the file is kept.
 *
 * @returns the new file in base64; undefined where there is none, it is no PNG of 8 bits a channel without a palette,
 *   is interlaced or damaged, or has more than 1 MB or a million pixels.
 */
export function readForeignPng(file: string): string | undefined {
  try {
    const found = statSync(file);
    if (!found.isFile() || found.size > MOST_BYTES) return undefined;
    const bytes = readFileSync(file);
    if (!isSound(bytes)) return undefined;
    const { width, height, channels, data } = decode(bytes, { checkCrc: true });
    return Buffer.from(encode({ width, height, channels, data })).toString('base64');
  } catch {
    return undefined;
  }
}

/**
 * Whether the parts of a PNG are there, and its data are, unpacked, as many as its head says: a decoder unpacks what it
 * finds, which may be a thousand times as large as the file.
 */
function isSound(png: Buffer): boolean {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const [bits, type, interlaced] = [png[24], png[25], png[28]];
  const channels = CHANNELS[type as number];
  if (bits !== 8 || channels === undefined || interlaced !== 0 || width * height > MOST_PIXELS) return false;
  const size = (width * channels + 1) * height;
  return inflateSync(Buffer.concat(dataOf(png)), { maxOutputLength: size }).length === size;
}

/** The parts of a PNG's data. @throws RangeError where a part is longer than the file. */
function dataOf(png: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const kind = png.toString('latin1', at + 4, at + 8);
    if (kind === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    if (kind === 'IEND') break;
    at += 12 + length;
  }
  return parts;
}
