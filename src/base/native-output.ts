/**
 * Native libraries write to the file descriptors of stdout and stderr, past JavaScript. Drivers and frameworks do so
 * while they are loaded and look for hardware, even if nothing is wrong. A listener marks these times for the reader of
 * this process's output. It lies on the global object, since a study may have been loaded with a second copy of hpo.
 */
const key = Symbol.for('hpo.native-output');

/** Called when native libraries begin to write, and when they have ended. */
export type NativeOutputListener = (isBeginning: boolean) => void;

const holder = globalThis as { [key]?: { listener: NativeOutputListener; depth: number } };

/** Sets the listener that is called around the times in which native libraries may write. */
export function onNativeOutput(listener: NativeOutputListener): void {
  holder[key] = { listener, depth: 0 };
}

/** Runs a task in which native libraries are loaded or look for hardware. Such tasks may overlap. */
export async function withNativeOutput<T>(task: () => Promise<T>): Promise<T> {
  const state = holder[key];
  if (state === undefined) return task();
  if (state.depth++ === 0) state.listener(true);
  try {
    return await task();
  } finally {
    if (--state.depth === 0) state.listener(false);
  }
}
