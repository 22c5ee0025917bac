import { outOfMemory } from './gpu-failure.ts';

/** The part of tfjs-node's backend that is used here. */
interface Backend {
  binding?: { executeOp?(...call: readonly unknown[]): unknown };
}

const explained = new WeakSet<Backend>();

/**
 * Makes every operation of TensorFlow that runs out of memory say what helps.
 *
 * @param name of the device that the trials share, for the message.
 */
export function explainFullMemory(backend: Backend, name: string): void {
  const { binding } = backend;
  if (!binding || explained.has(backend)) return;
  explained.add(backend);
  const executeOp = (...call: readonly unknown[]): unknown => {
    try {
      return binding.executeOp?.(...call);
    } catch (reason) {
      throw reason instanceof Error && reason.message.includes('OOM when allocating') ? outOfMemory(name) : reason;
    }
  };
  backend.binding = Object.create(binding, { executeOp: { value: executeOp } }); // its own properties cannot be changed
}
