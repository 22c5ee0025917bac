import { existsSync } from 'node:fs';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from '../npm.ts';
import { ProgramFailed, type ProgramOptions, runProgram } from '../program.ts';
import { type TensorflowWheel, unpackWheel } from './tensorflow-wheel.ts';

/** A binding to build, and the folders that it is built in. */
export interface BindingBuild {
  readonly wheel: TensorflowWheel;
  /** The folder of tfjs-node, installed without its scripts. */
  readonly package: string;
  /** A folder for temporary files, on the same disk. */
  readonly scratch: string;
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Each library as the wheel has it, and the name by which tfjs-node is linked with it. */
const libraries = [
  { file: 'libtensorflow_cc.so.2', linkName: 'libtensorflow.so' },
  { file: 'libtensorflow_framework.so.2', linkName: 'libtensorflow_framework.so' },
] as const;

/** One operation by the binding alone, which prints TensorFlow's version. */
const check = `
const binding = require(process.argv[1]);
const { TF_FLOAT, TF_ATTR_TYPE } = binding;
const three = binding.createTensor([], TF_FLOAT, new Float32Array([3]));
const [nine] = binding.executeOp('Square', [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }], [three], 1);
if (binding.tensorDataSync(nine.id)[0] !== 9) throw new Error('3 squared is not 9');
console.log(binding.TF_Version);
`;

/**
 * Compiles tfjs-node's binding against the library in a wheel of TensorFlow. The wheel's libraries are moved into the
 * package, so that they are on the disk once; the rest of the wheel is removed.
 *
 * @throws an Error whose message is the complaint of pip, the compiler or the loader in one line.
 */
export async function buildBinding(build: BindingBuild): Promise<void> {
  const { wheel, log } = build;
  const options: ProgramOptions = { ...(build.signal && { signal: build.signal }) };
  const site = join(build.scratch, 'site');
  const headers = join(build.package, 'deps', 'include');
  log?.(`fetching ${wheel.description}`);
  await unpackWheel(wheel, site, options);
  await takeLibraries(site, build.package);
  await rename(join(site, 'tensorflow', 'include'), headers);
  await rm(site, { recursive: true, force: true });
  log?.('compiling the binding');
  await compile(build.package, options);
  for (const folder of ['deps/include', 'build-tmp-napi-v8', 'build']) {
    await rm(join(build.package, folder), { recursive: true, force: true });
  }
  log?.('loading it');
  log?.(`TensorFlow ${await tryBinding(build.package, options)} works`);
}

/** The GPU's wheel finds its CUDA libraries beside the folder that it lies in, in `nvidia/`. */
async function takeLibraries(site: string, target: string): Promise<void> {
  const lib = join(target, 'deps', 'lib');
  await mkdir(lib, { recursive: true });
  for (const { file, linkName } of libraries) {
    const source = join(site, 'tensorflow', file);
    if (!existsSync(source)) throw new Error(`this release of TensorFlow has no ${file} in its wheel: try a later one`);
    await rename(source, join(lib, file));
    await symlink(file, join(lib, linkName));
  }
  if (existsSync(join(site, 'nvidia'))) await rename(join(site, 'nvidia'), join(target, 'deps', 'nvidia'));
}

async function compile(folder: string, options: ProgramOptions): Promise<void> {
  try {
    await npm(['exec', '--no', '--', 'node-pre-gyp', 'install', '--build-from-source'], { ...options, cwd: folder });
  } catch (reason) {
    const { cause } = reason as Error;
    const line = cause instanceof ProgramFailed && /^.*\b(?:fatal )?error: .*$/m.exec(cause.stderr)?.[0];
    throw line ? new Error(`the binding does not compile: ${line}`, { cause: reason }) : reason;
  }
}

/** In a process of its own, which a library that does not fit may bring down. @returns TensorFlow's version. */
async function tryBinding(folder: string, options: ProgramOptions): Promise<string> {
  const binding = join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
  try {
    return await runProgram(process.execPath, ['-e', check, binding], options);
  } catch (reason) {
    if (!(reason instanceof ProgramFailed)) throw reason;
    const thrown = /^\w*Error: (.+)$/m.exec(reason.stderr)?.[1] ?? reason.message;
    throw new Error(`the binding was built but does not work: ${thrown}`, { cause: reason });
  }
}
