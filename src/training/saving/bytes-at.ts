import type { FileHandle } from 'node:fs/promises';

/**
 * Reads bytes of a file from a position on, in as many calls as the system needs.
 *
 * @param shorter the error of a file that ends before.
 */
export async function bytesAt(file: FileHandle, start: number, size: number, shorter: () => Error): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  for (let done = 0; done < size; ) {
    const { bytesRead } = await file.read(bytes, done, Math.min(size - done, 2 ** 30), start + done);
    if (bytesRead === 0) throw shorter();
    done += bytesRead;
  }
  return bytes;
}
