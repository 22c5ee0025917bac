import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HpoError } from '../../errors.ts';
import { npm } from '../npm.ts';
import { nativePackage } from './tensorflow.ts';

const version = '4.22.0'; // the tfjs core that the whole package is pinned to

/**
 * Installs TensorFlow for Node (tfjs-node, or tfjs-node-gpu for NVIDIA GPUs) into a folder of its own in hpo's cache,
 * where {@link device} finds it. The download is large (libtensorflow: about 200 MB, some 500 MB for the GPU). An
 * installation that was there before is replaced only by one that succeeded.
 *
 * @throws HPO_BACKEND with npm's complaint in one line when it fails; nothing is left behind then.
 */
export async function setupBackend(
  kind: 'gpu' | 'native',
  options: { readonly log?: (line: string) => void; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const { name, folder } = nativePackage(kind);
  const partial = `${folder}.partial`;
  options.log?.(`installing ${name}@${version} into ${folder}`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    await writeFile(join(partial, 'package.json'), '{ "private": true }\n');
    const flags = ['--no-audit', '--no-fund', '--omit=dev', '--foreground-scripts'];
    await npm(['install', '--prefix', partial, ...flags, `${name}@${version}`], options);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } catch (reason) {
    await rm(partial, { recursive: true, force: true });
    options.signal?.throwIfAborted();
    const detail = reason instanceof Error ? reason.message : String(reason);
    throw new HpoError('HPO_BACKEND', `${name} could not be installed: ${detail}`, { data: { kind }, cause: reason });
  }
}
