import type { Readable } from 'node:stream';
import { eachLine } from '../../machine/output-lines.ts';
import { NativeLines } from '../wire/native-lines.ts';
import { BEGINNING } from '../wire/protocol.ts';

/** Takes what a worker writes to one of its streams, and is waited for before more is read. */
export interface OutputListener {
  /** @param isNative whether a native library wrote it, and not the study's code. */
  line(text: string, isNative: boolean): Promise<void> | void;
  /** Called when the worker begins with a request, to which the lines that follow belong. */
  beginning(): void;
}

/** Reads a worker's stream to its end; never rejects. */
export async function readOutput(stream: Readable, listener: OutputListener): Promise<void> {
  // A line is ended before the mark of a beginning, so that an empty one just before it may be none.
  let hasEmpty = false;
  const takeEmpty = async () => {
    if (hasEmpty) await listener.line('', false);
    hasEmpty = false;
  };
  let native = new NativeLines();
  const take = async (whole: string) => {
    const taken = native.take(whole);
    if (taken === undefined) return;
    const { text, isNative } = taken;
    if (text === BEGINNING) {
      hasEmpty = false;
      native = new NativeLines();
      listener.beginning();
      return;
    }
    await takeEmpty();
    if (text === '') hasEmpty = !isNative;
    else await listener.line(text, isNative);
  };
  await eachLine(stream, take).then(takeEmpty, () => undefined);
}
