import type { Readable } from 'node:stream';
import { eachLine } from '../../machine/output-lines.ts';
import { NativeLines } from '../wire/native-lines.ts';
import { beginningIn, type Origin } from '../wire/protocol.ts';

/** Takes the output of one of a worker's streams. More is read only when its promise is fulfilled. */
export interface OutputListener {
  /** Takes a line. @param isNative whether a native library wrote it, and not the study's code. */
  line(text: string, isNative: boolean): Promise<void> | void;
  /** Called when the worker begins with some work, which the lines that follow belong to. */
  beginning(work: Origin): void;
}

/** Reads a worker's stream to its end; never rejects. */
export async function readOutput(stream: Readable, listener: OutputListener): Promise<void> {
  // The worker ends the line before the mark of a beginning, so an empty line right before the mark may not be real.
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
    const beginning = beginningIn(text);
    if (beginning !== undefined) {
      hasEmpty = false;
      native = new NativeLines();
      listener.beginning(beginning);
      return;
    }
    await takeEmpty();
    if (text === '') hasEmpty = !isNative;
    else await listener.line(text, isNative);
  };
  await eachLine(stream, take).then(takeEmpty, () => undefined);
}
