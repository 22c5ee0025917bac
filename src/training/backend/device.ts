import * as tf from '@tensorflow/tfjs-core';
import { measureBackendMemory } from '../../base/backend-health.ts';
import { HpoError } from '../../base/errors.ts';
import { withNativeOutput } from '../../base/native-output.ts';
import type { SharedDevice } from '../../machine/device.ts';
import { readEnvironment } from '../environment.ts';
import { registerKernels } from '../kernels/register.ts';
import { registerLayers } from '../layers/register.ts';
import { type BackendName, backendNames, type Candidate, type Device } from './candidate.ts';
import { cpu } from './cpu.ts';
import { noteDevice } from './current-device.ts';
import { packingOf } from './packing/packing.ts';
import { tensorflowOnCpu, tensorflowOnGpu } from './tensorflow.ts';
import { wasm } from './wasm.ts';
import { webgpu } from './webgpu.ts';

/** All ways to get a device, best first. */
const candidates: readonly Candidate[] = [tensorflowOnGpu, webgpu, tensorflowOnCpu, wasm, cpu];

const choices = new Map<BackendName, Promise<SharedDevice>>();

/**
 * Chooses a backend, loads it, makes it current in tfjs and gives it the training kernels. A name is resolved once in a
 * process; asking again makes the same backend current.
 *
 * @param options.backend default: the environment variable `HPO_BACKEND`, else 'auto', which takes the first that works
 *   of TensorFlow on a GPU, WebGPU on a GPU, TensorFlow on the CPU, WebAssembly, plain JavaScript.
 * @throws HPO_BACKEND when a named backend is not there, with the command that would bring it, and the errors of
 *   {@link readEnvironment}, so that no bad variable makes 'auto' take another backend.
 */
export async function device(options: { readonly backend?: BackendName | undefined } = {}): Promise<SharedDevice> {
  const environment = readEnvironment();
  const name = options.backend ?? environment.backend ?? 'auto';
  const choice = choices.get(name) ?? choose(name);
  choices.set(name, choice);
  choice.catch(() => choices.delete(name));
  const device = await choice;
  await tf.setBackend(device.backend);
  return device;
}

/** Checks a backend's name that came as text. @throws HPO_BACKEND for a name that is none. */
export function backendName(text: string): BackendName {
  const name = backendNames.find((known) => known === text);
  if (name) return name;
  throw new HpoError('HPO_BACKEND', `unknown backend '${text}': use one of ${backendNames.join(', ')}`, {
    data: { backend: text },
  });
}

/** The result of trying one way to get a device, as `hpo doctor` shows it. */
export interface BackendProbe {
  readonly name: string;
  readonly available: boolean;
  /** The hardware that it runs on, or why it is not available and which command would bring it. */
  readonly description: string;
  /** Whether 'auto' takes it. */
  readonly chosen: boolean;
}

/** Tries every way to get a device, best first; the one that 'auto' takes is current afterwards. */
export async function probeBackends(): Promise<BackendProbe[]> {
  quieten();
  const attempts: { candidate: Candidate; device?: Device; reason?: string }[] = [];
  for (const candidate of candidates) {
    attempts.push(
      await withNativeOutput(() => candidate.start(false)).then(
        (device) => ({ candidate, device }),
        (reason: unknown) => ({ candidate, reason: whyNot(candidate, reason) }),
      ),
    );
  }
  const best = attempts.find((attempt) => attempt.device);
  await device();
  return attempts.map((attempt) => ({
    name: attempt.candidate.label,
    available: attempt.device !== undefined,
    description: attempt.device?.description ?? attempt.reason ?? '',
    chosen: attempt === best,
  }));
}

async function choose(name: BackendName): Promise<SharedDevice> {
  quieten();
  const reasons: string[] = [];
  for (const candidate of inOrder(name)) {
    try {
      const device = await withNativeOutput(() => candidate.start(name === candidate.backend));
      noteDevice(device.backend, device.description);
      registerKernels(device.backend);
      registerLayers();
      measureBackendMemory(() => {
        const { numTensors: tensors, numBytes: bytes } = tf.memory();
        return { tensors, bytes };
      });
      return device.kind === 'gpu' ? { ...device, packing: ({ log }) => packingOf(device, log) } : device;
    } catch (reason) {
      reasons.push(whyNot(candidate, reason));
    }
  }
  throw new HpoError('HPO_BACKEND', `the backend '${name}' is not available: ${reasons.join('; ')}`, {
    data: { backend: name },
  });
}

/**
 * The ways to get a backend; for 'auto' first those to the one that the run has found, which spares looking for others.
 */
function inOrder(name: BackendName): readonly Candidate[] {
  const { found } = readEnvironment();
  const first = candidates.filter(({ backend }) => backend === (name === 'auto' ? found : name));
  return name === 'auto' ? [...first, ...candidates.filter((candidate) => !first.includes(candidate))] : first;
}

/** Spares tfjs its run-time checks, the banner of its plain JavaScript backend and its warnings of a second copy. */
function quieten(): void {
  tf.enableProdMode();
}

function whyNot({ remedy }: Candidate, reason: unknown): string {
  const [line] = (reason instanceof Error ? reason.message : String(reason)).split('\n');
  return remedy ? `${line} (try: ${remedy})` : `${line}`;
}
