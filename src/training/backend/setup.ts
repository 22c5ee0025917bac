import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { makeFolder } from '../../base/made-folder.ts';
import { npm } from '../npm.ts';
import { versionOf } from '../packages/training-packages.ts';
import { buildBinding } from './binding-build.ts';
import { nativePackage } from './native-package.ts';
import { wheelOf } from './tensorflow-wheel.ts';

/** Options of {@link setupBackend}. */
export interface SetupOptions {
  /**
   * The release of TensorFlow (`2.21`: its last patch; `2.21.0`: this one) whose library the binding is built against,
   * taken from Python's package index. By default the library of 2022 that comes with tfjs-node.
   */
  readonly tensorflow?: string;
  /** Called with a line for every step. */
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Installs TensorFlow for Node (tfjs-node, or tfjs-node-gpu for NVIDIA GPUs) into a folder of its own in hpo's cache,
 * where {@link device} finds it. The download is large (libtensorflow: about 200 MB, some 500 MB for the GPU; a current
 * TensorFlow: 270 MB, some 3 GB with CUDA). An installation that was there before is replaced only by one that
 * succeeded.
 *
 * With a release of TensorFlow the binding is compiled, which needs Linux, Python with pip, g++ and make.
 *
 * @throws HPO_INVALID_ARGUMENT for a release that cannot be one.
 * @throws HPO_BACKEND with the complaint of npm, pip or the compiler in one line when it fails; nothing is left behind
 *   then. HPO_FOLDER or HPO_DISK where the cache takes no files.
 */
export async function setupBackend(kind: 'gpu' | 'native', options: SetupOptions = {}): Promise<void> {
  const { name, folder } = nativePackage(kind);
  const { tensorflow, log, signal } = options;
  const wheel = tensorflow === undefined ? undefined : await wheelOf(kind, tensorflow);
  const partial = `${folder}.partial`;
  const version = versionOf('@tensorflow/tfjs-core'); // there is one of all of tfjs
  log?.(`installing ${name}@${version} into ${folder}`);
  makeFolder(dirname(partial), 'cache');
  await rm(partial, { recursive: true, force: true });
  makeFolder(partial, 'cache');
  try {
    await writeFile(join(partial, 'package.json'), '{ "private": true }\n');
    const flags = ['--no-audit', '--no-fund', '--omit=dev', wheel ? '--ignore-scripts' : '--foreground-scripts'];
    await npm(['install', '--prefix', partial, ...flags, `${name}@${version}`], { ...(signal && { signal }) });
    if (wheel)
      await buildBinding({ ...options, wheel, scratch: partial, package: join(partial, 'node_modules', name) });
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } catch (reason) {
    await rm(partial, { recursive: true, force: true, maxRetries: 5 });
    signal?.throwIfAborted();
    const detail = reason instanceof Error ? reason.message : String(reason);
    throw new HpoError('HPO_BACKEND', `${name} could not be installed: ${detail}`, { data: { kind }, cause: reason });
  }
}
