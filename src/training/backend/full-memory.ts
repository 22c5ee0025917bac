import { outOfMemory } from './gpu-failure.ts';

/** What we ask of tfjs-node's backend here. */
interface Backend {
  binding?: { executeOp?(...call: readonly unknown[]): unknown };
}

const explained = new WeakSet<Backend>();

/**
 * Has every operation of TensorFlow that finds no memory say what helps.
 *
 * @param name of what the trials share, for the message.
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
