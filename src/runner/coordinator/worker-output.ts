import type { Readable } from 'node:stream';
import { eachLine } from '../../machine/output-lines.ts';
import { BEGINNING } from '../wire/protocol.ts';

/** Takes what a worker writes to one of its streams, and is waited for before more is read. */
export interface OutputListener {
  line(text: string): Promise<void> | void;
  /** The worker begins with a request: the lines that follow belong to it. */
  beginning(): void;
}

/** Reads a worker's stream to its end; never rejects. */
export async function readOutput(stream: Readable, listener: OutputListener): Promise<void> {
  // A line is ended before the mark of a beginning, so that an empty one just before it may be none.
  let hasEmpty = false;
  const takeEmpty = async () => {
    if (hasEmpty) await listener.line('');
    hasEmpty = false;
  };
  const take = async (text: string) => {
    if (text === BEGINNING) {
      hasEmpty = false;
      listener.beginning();
      return;
    }
    await takeEmpty();
    if (text === '') hasEmpty = true;
    else await listener.line(text);
  };
  await eachLine(stream, take).then(takeEmpty, () => undefined);
}
