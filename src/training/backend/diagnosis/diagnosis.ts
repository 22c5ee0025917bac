import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { type ErrorCode, HpoError } from '../../../base/errors.ts';
import { PACKAGE_ROOT } from '../../../base/package-root.ts';
import type { Packing } from '../../../machine/device.ts';
import type { BackendProbe } from '../device.ts';
import type { SelfCheck } from '../self-check.ts';

const program = fileURLToPath(new URL('bin/diagnosis.js', PACKAGE_ROOT));

/** The most that is kept of what native libraries write, in characters. */
const KEPT = 100_000;

/** The state of a machine's backends. */
export interface Diagnosis {
  readonly backends: readonly BackendProbe[];
  /** The self-check of the backend that is taken. */
  readonly selfCheck: SelfCheck;
  /** The packing of trials on a GPU. */
  readonly packing?: Packing;
  /** The lines that native libraries wrote meanwhile. */
  readonly nativeOutput: readonly string[];
}

/** A part of a diagnosis, or a line about what takes some seconds now. */
export type Finding =
  | Pick<Diagnosis, 'backends'>
  | Pick<Diagnosis, 'selfCheck'>
  | Required<Pick<Diagnosis, 'packing'>>
  | { readonly log: string };

/** The messages of the process that makes the diagnosis. */
export type Message =
  | { readonly finding: Finding }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

/**
 * Tries every way to get a device, and the one that is taken, in a process of its own: what native libraries write on
 * the way (drivers complain of hardware that is not there) goes to nobody's terminal.
 *
 * @param onFinding is called with each part as it is found, in the order of {@link Diagnosis}.
 * @throws the errors of {@link device}, HpoError HPO_BACKEND where the process died, with its last line.
 */
export async function diagnose(onFinding: (finding: Finding) => void): Promise<Diagnosis> {
  const child = fork(program, [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], serialization: 'advanced' });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      written = (written + text).slice(0, KEPT);
    });
  }
  const found: Partial<Diagnosis> = {};
  let failure: HpoError | undefined;
  child.on('message', (message: Message) => {
    if ('error' in message) {
      failure = new HpoError(message.error.code, message.error.message);
      return;
    }
    if (!('log' in message.finding)) Object.assign(found, message.finding);
    onFinding(message.finding);
  });
  const [code, signal] = await once(child, 'close');
  const nativeOutput = stripVTControlCharacters(written)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  if (failure !== undefined) throw failure;
  if (code === 0) return { ...(found as Diagnosis), nativeOutput };
  const last = nativeOutput.at(-1);
  throw new HpoError(
    'HPO_BACKEND',
    `trying the backends ended with ${signal ?? `exit code ${code}`}${last ? `; its last words: ${last}` : ''}`,
  );
}
