import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { type TaskOptions, throttled } from './progress.ts';

/**
 * Opens a URL as a stream of bytes and reports the progress.
 *
 * @param expectedBytes the total to report where the server does not say.
 * @throws an Error in one line when there is no answer, or a refusal.
 */
export async function download(
  url: string,
  expectedBytes: number,
  label: string,
  options: TaskOptions,
): Promise<Readable> {
  const { signal, progress = () => {} } = options;
  const response = await fetch(url, signal ? { signal } : {}).catch((reason: Error & { cause?: Error }) => {
    signal?.throwIfAborted();
    throw new Error(`${new URL(url).host} does not answer (${reason.cause?.message || reason.message})`);
  });
  if (!response.ok || !response.body) throw new Error(`${new URL(url).host} answers ${response.status}`);
  const total = Number(response.headers.get('content-length')) || expectedBytes;
  const report = throttled(progress);
  let done = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, forward) {
      done += chunk.length;
      report({ label, done, total: Math.max(total, done), unit: 'bytes' });
      forward(null, chunk);
    },
  });
  const body = Readable.fromWeb(response.body as ReadableStream);
  pipeline(body, meter).catch(() => {}); // a failure destroys the meter, too, and its reader sees it
  return meter;
}

/** A file inside an archive: its name without folders, and its content. */
export interface ArchiveEntry {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * The files of a gzipped tar archive as they arrive.
 *
 * @param isWanted decides by the name without folders; other files are skipped.
 * @throws the errors of the source and of the decompression; a truncated archive is an error.
 */
export async function* archiveEntries(
  source: Readable,
  isWanted: (name: string) => boolean,
): AsyncGenerator<ArchiveEntry> {
  const unpacked = extract();
  const flow = pipeline(source, createGunzip(), unpacked);
  flow.catch(() => {}); // the loop below throws the same error
  for await (const entry of unpacked) {
    const name = basename(entry.header.name);
    if (!isWanted(name)) {
      entry.resume();
      continue;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    yield { name, content: Buffer.concat(chunks) };
  }
  await flow;
}
