import { noteBackendFailure, outOfMemory } from '../../base/backend-health.ts';
import { HpoError } from '../../base/errors.ts';

type Call = (...call: readonly unknown[]) => unknown;

/** The calls of tfjs-node's binding that compute or take memory. */
const calls = ['executeOp', 'createTensor', 'tensorDataSync'] as const;

/** The part of tfjs-node's backend that is used here. */
interface Backend {
  binding?: { readonly [C in (typeof calls)[number]]?: Call };
}

/** "Dst tensor is not initialized" is TensorFlow's word for a GPU without room for a copy. */
const FULL =
  /OOM when allocating|out of memory|failed to alloc|RESOURCE_EXHAUSTED|Dst tensor is not init|_ALLOC_FAILED/i;
const BROKEN = /CUDA_ERROR_\w+|CUDNN_STATUS_\w+|CUBLAS_STATUS_\w+|cuDNN launch failure|GPU sync failed|CUDA error/i;

const explained = new WeakSet<Backend>();

/**
 * Makes every call of TensorFlow that runs out of memory, or finds CUDA broken, throw HpoError HPO_BACKEND with the
 * remedy.
 *
 * @param name of the device that the trials share, for the message.
 */
export function explainFailures(backend: Backend, name: string): void {
  const { binding } = backend;
  if (!binding || explained.has(backend)) return;
  explained.add(backend);
  const explain =
    (call: Call): Call =>
    (...args) => {
      try {
        return call.apply(binding, [...args]);
      } catch (reason) {
        throw explanation(reason, name);
      }
    };
  const own = calls.flatMap((name) => {
    const call = binding[name];
    return call ? [[name, { value: explain(call) }]] : [];
  });
  backend.binding = Object.create(binding, Object.fromEntries(own)); // its own properties cannot be changed
}

function explanation(reason: unknown, name: string): unknown {
  if (!(reason instanceof Error)) return reason;
  if (FULL.test(reason.message)) return noteBackendFailure({ error: outOfMemory(name), isHarmful: false });
  if (!BROKEN.test(reason.message)) return reason;
  const [line] = reason.message.split('\n');
  const error = new HpoError('HPO_BACKEND', `${name} broke down: ${line}`, {
    data: { place: name, problem: 'device-lost' },
    cause: reason,
  });
  return noteBackendFailure({ error, isHarmful: true });
}
