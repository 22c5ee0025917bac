import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HpoError } from '../../base/errors.ts';
import { ProgramFailed, type ProgramOptions, runProgram } from '../program.ts';

/** A Python package that holds TensorFlow's library, and how pip is asked for it. */
export interface TensorflowWheel {
  readonly requirement: string;
  /** Further arguments of `pip install`. */
  readonly flags: readonly string[];
  /** For people: what it is, and how much is fetched. */
  readonly description: string;
}

/**
 * The wheel of a release of TensorFlow: the one for CPUs alone, or the one for NVIDIA GPUs with its CUDA libraries.
 *
 * @throws HPO_INVALID_ARGUMENT when the text is no release, or one from before the wheels held the library itself.
 * @throws HPO_BACKEND when this machine lacks what the build needs.
 */
export async function wheelOf(kind: 'gpu' | 'native', release: string): Promise<TensorflowWheel> {
  const [, major, minor, patch] = /^(\d+)\.(\d+)(\.\d+(?:rc\d+)?)?$/.exec(release) ?? [];
  if (Number(major) !== 2 || Number(minor) < oldestMinor) {
    const mend = `give one from 2.${oldestMinor} on, such as 2.21 or 2.21.0`;
    throw new HpoError('HPO_INVALID_ARGUMENT', `--tensorflow '${release}' is no release to build against: ${mend}`, {
      data: { tensorflow: release },
    });
  }
  await checkTools();
  const wanted = `==${release}${patch === undefined ? '.*' : ''}`;
  return kind === 'gpu'
    ? {
        requirement: `tensorflow[and-cuda]${wanted}`,
        flags: [],
        description: `tensorflow ${release} with its CUDA libraries (some 3 GB)`,
      }
    : {
        requirement: `tensorflow-cpu${wanted}`,
        flags: ['--no-deps'], // the Python packages that TensorFlow needs are of no use here
        description: `tensorflow-cpu ${release} (some 300 MB)`,
      };
}

const oldestMinor = 14; // before it, the library was not in the wheel, and CUDA came from elsewhere

/**
 * Unpacks a wheel into a folder with the user's pip. The environment is not touched, so that this works where the
 * system manages it (PEP 668).
 *
 * @throws an Error with pip's complaint in one line.
 */
export async function unpackWheel(wheel: TensorflowWheel, folder: string, options: ProgramOptions): Promise<void> {
  const temporary = join(folder, 'tmp'); // on the same disk, and /tmp may be too small
  await mkdir(temporary, { recursive: true });
  const flags = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-compile', '--only-binary=:all:'];
  const args = ['-m', 'pip', 'install', ...flags, ...wheel.flags, '--target', folder, wheel.requirement];
  try {
    await runProgram(python, args, { ...options, env: { TMPDIR: temporary } });
  } catch (reason) {
    if (!(reason instanceof ProgramFailed)) throw reason;
    throw new Error(await complaint(wheel, reason), { cause: reason });
  }
}

const python = 'python3';

/** pip's own words; where it finds no wheel also the Python it looked for, since wheels fit some versions only. */
async function complaint({ requirement }: TensorflowWheel, { stderr, message }: ProgramFailed): Promise<string> {
  const errors = stderr.split('\n').flatMap((line) => /^ERROR: (.+)/.exec(line)?.[1] ?? []);
  const known = /\(from versions: (.*)\)/.exec(stderr)?.[1];
  if (known === undefined) return `pip install ${requirement} failed: ${errors.at(-1) ?? message}`;
  const version = await runProgram(python, ['--version'], {});
  const others = known === 'none' ? 'finds no release of it' : `finds ${known}`;
  return `pip has no ${requirement} for ${version} on this machine: it ${others}`;
}

/** @throws HPO_BACKEND that names what is missing and the command that brings it. */
async function checkTools(): Promise<void> {
  if (process.platform !== 'linux') {
    throw new HpoError('HPO_BACKEND', `--tensorflow works on Linux only, not on ${process.platform}: leave it out`);
  }
  const tools = [
    { name: 'python3 with pip', package: 'python3-pip', words: [python, '-m', 'pip', '--version'] },
    { name: 'g++', package: 'g++', words: ['g++', '--version'] },
    { name: 'make', package: 'make', words: ['make', '--version'] },
  ] as const;
  const missing: (typeof tools)[number][] = [];
  for (const tool of tools) {
    const [program, ...args] = tool.words;
    await runProgram(program, args, {}).catch(() => missing.push(tool));
  }
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  const packages = missing.map((tool) => tool.package).join(' ');
  throw new HpoError(
    'HPO_BACKEND',
    `--tensorflow compiles a binding and lacks ${names}: install them (Debian, Ubuntu: apt-get install ${packages})`,
    { data: { missing: missing.map(({ name }) => name) } },
  );
}
