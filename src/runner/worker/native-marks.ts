import { type NativeOutputListener, onNativeOutput } from '../../base/native-output.ts';
import { NATIVE_BEGINS, NATIVE_ENDS } from '../wire/native-lines.ts';

/**
 * Marks on stdout and stderr where native libraries write, which the coordinator does not take for the study's words.
 * The lines that JavaScript writes in the meantime are marked as not being theirs.
 */
export function markNativeOutput(): void {
  const marks = [process.stdout, process.stderr].map(markOn);
  onNativeOutput((isBeginning) => {
    for (const mark of marks) mark(isBeginning);
  });
}

function markOn(stream: NodeJS.WriteStream): NativeOutputListener {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  const writeBetween = (chunk: unknown, ...rest: unknown[]): boolean => {
    write(`${NATIVE_ENDS}\n`);
    const isTaken = write(chunk, ...rest);
    write(`${NATIVE_BEGINS}\n`);
    return isTaken;
  };
  return (isBeginning) => {
    write(`${isBeginning ? NATIVE_BEGINS : NATIVE_ENDS}\n`);
    stream.write = (isBeginning ? writeBetween : write) as typeof stream.write;
  };
}
