import { type NativeOutputListener, onNativeOutput } from '../../base/native-output.ts';
import { NATIVE_BEGINS, NATIVE_ENDS } from '../wire/native-lines.ts';

/**
 * Marks the output of native libraries on stdout and stderr, so that the coordinator does not take it for the study's.
 * Lines that JavaScript writes meanwhile are marked as its own.
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
