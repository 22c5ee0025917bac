/** The polynomial of Castagnoli's CRC, its bits reversed. */
const polynomial = 0x82f63b78;
const maskDelta = 0xa282ead8;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ polynomial : sum >>> 1;
  return sum;
});

/** CRC-32C (RFC 3720); Node's `zlib.crc32` has another polynomial. */
export function crc32c(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (table[(sum ^ byte) & 255] as number) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** A record of a TFRecord file: its length, its data, and behind each of these their masked CRC-32C. */
export function record(data: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  return Buffer.concat([length, masked(length), data, masked(data)]);
}

function masked(bytes: Uint8Array): Buffer {
  const sum = crc32c(bytes);
  const result = Buffer.alloc(4);
  result.writeUInt32LE((((sum >>> 15) | (sum << 17)) + maskDelta) >>> 0);
  return result;
}
