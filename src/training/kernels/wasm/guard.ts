import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { asBackendFailure, noteBackendFailure, outOfMemory } from '../../../base/backend-health.ts';
import { HpoError } from '../../../base/errors.ts';

type Exports = Readonly<Record<string, unknown>>;
type Call = (...args: readonly unknown[]) => unknown;

/** The part of the Emscripten module that is used here: internals of tfjs-backend-wasm 4.22. */
interface Module {
  /** The exports; each `_name` of the module takes `name` from here when it is called. */
  asm: Exports;
  [name: `_${string}`]: unknown;
}

/** XNNPACK's xnn_status_out_of_memory. */
const OUT_OF_MEMORY = '6';

/** The number of bytes that a 32-bit address can reach. */
const ADDRESSES = 2 ** 32;

/**
 * The bytes that are kept free at the end of the memory. The module's allocator adds address and size in 32 bits: for a
 * size that reaches beyond the last address it takes any free place for large enough, gives it out, and writes its
 * notes over the data at the remainder. The guard notices such sizes; allocations by kernels themselves are smaller
 * than this, and never reach so far.
 */
const RESERVE = 2 ** 27;

/** Functions that free memory. Tensors are disposed of after a failure, too, and that must not hide the failure. */
const releasing = new Set(['free', 'dispose_data']);

/** The failure after which the contents of a memory are in doubt. */
const broken = new WeakMap<object, HpoError>();

const guardedBackends = new WeakSet<BackendWasm>();

/**
 * Makes a backend fail where it would go on with a wrong heap. An allocation that finds no room returns the address 0,
 * to which tfjs then writes; here it throws HpoError HPO_BACKEND first. A trap leaves the heap in doubt, so all calls
 * that follow throw the same error.
 */
export function guardBackend(backend: BackendWasm): void {
  if (guardedBackends.has(backend)) return;
  guardedBackends.add(backend);
  const module = backend.wasm as unknown as Module;
  const { asm } = module;
  const memory = asm.memory as { readonly buffer: ArrayBuffer };
  const guarded = guardExports(asm, memory);
  const malloc = guarded.malloc as Call;
  const free = guarded.free as Call;
  const full = (isHarmful: boolean) => noteBackendFailure({ error: outOfMemory('WebAssembly'), isHarmful });
  const checkedMalloc: Call = (bytes) => {
    const size = bytes as number;
    if (size >= ADDRESSES) throw full(false); // WebAssembly would take the remainder
    const address = Number(malloc(size)) >>> 0;
    if (address === 0) throw full(false);
    if (address + size > memory.buffer.byteLength) {
      const error = full(true);
      broken.set(memory, error);
      throw error;
    }
    if (address + size > ADDRESSES - RESERVE) {
      free(address);
      throw full(false);
    }
    return address;
  };
  module.asm = { ...guarded, malloc: checkedMalloc };
  for (const name of Object.keys(asm)) {
    if (module[`_${name}`] === asm[name]) module[`_${name}`] = module.asm[name]; // it was called before
  }
}

/** A module's exports. After a trap in one of them, or in others with the same memory, they throw its error. */
export function guardExports(exports: Exports, memory: object): Exports {
  const guard = (name: string, call: Call): Call => {
    const isReleasing = releasing.has(name);
    return (...args) => {
      const error = broken.get(memory);
      if (error !== undefined) {
        if (isReleasing) return undefined;
        throw error;
      }
      try {
        return call(...args);
      } catch (thrown) {
        throw breakDown(memory, thrown);
      }
    };
  };
  const entries = Object.entries(exports).map(([name, value]) => [
    name,
    typeof value === 'function' ? guard(name, value as Call) : value,
  ]);
  return Object.fromEntries(entries) as Exports;
}

/**
 * Marks a memory as in doubt after an error was thrown through WebAssembly and left work undone.
 * @returns the error to throw.
 */
function breakDown(memory: object, thrown: unknown): unknown {
  const failure = asBackendFailure(thrown);
  if (failure === undefined) return thrown;
  const error = noteBackendFailure({ ...failure, isHarmful: true });
  broken.set(memory, error);
  return error;
}

/**
 * Runs `start`, which makes the backend's module, and listens to the module's output from then on, since the module
 * takes the console's methods when it is made. When XNNPACK finds no memory, it prints so and goes on with an undefined
 * output, so its complaint is thrown. A trap's complaint is dropped, since its error says the same.
 */
export async function hearing<T>(start: () => Promise<T>): Promise<T> {
  const { log, warn } = console;
  console.log = (...said) => hear(said, log);
  console.warn = (...said) => hear(said, warn);
  try {
    return await start();
  } finally {
    Object.assign(console, { log, warn });
  }
}

function hear(said: readonly unknown[], print: (...said: readonly unknown[]) => void): void {
  const [line] = said.map(String);
  const status = /^XNN status for \w+ is not successful. Got status (\d+)/.exec(line ?? '');
  if (status) throw status[1] === OUT_OF_MEMORY ? outOfMemory('WebAssembly') : xnnpackFailed(line as string);
  if (!line?.startsWith('Aborted(')) print.apply(console, [...said]);
}

function xnnpackFailed(line: string): HpoError {
  const [detail] = line.split('. Use');
  return new HpoError(
    'HPO_BACKEND',
    `WebAssembly broke down (${detail}): take another backend with --backend, and report it`,
    {
      data: { place: 'WebAssembly', problem: 'refused' },
    },
  );
}
