import { shellWord } from '../base/shell-word.ts';
import type { Placement } from './placement.ts';

/** The words of the command that starts a worker. @param concurrency the trials at once where the placement names none. */
export function workerCommand(placement: Placement, concurrency?: number): readonly string[] {
  const { program, graceS, studyArguments, workerArguments } = placement;
  const atOnce = placement.concurrency ?? concurrency;
  return [
    ...program,
    'worker',
    operand(placement.studyFile),
    ...(atOnce === undefined ? [] : ['--workers', String(atOnce)]),
    '--grace',
    String(graceS),
    ...studyArguments,
    ...workerArguments,
  ];
}

/**
 * The options that give a worker all GPUs that its engine has assigned to it: CUDA_VISIBLE_DEVICES says which, and a
 * WebGPU driver does not read it.
 * @param count the number of assigned GPUs
 */
export function assignedGpus(count: number): readonly string[] {
  return count > 0 ? ['--gpus', 'all'] : [];
}

/** The words of the command that concludes a study: it writes best.json and retrains the winner. */
export function runCommand({ program, studyFile, studyArguments }: Placement): readonly string[] {
  return [...program, 'run', operand(studyFile), ...studyArguments];
}

/** {@link runCommand} as a line to type in the working folder. */
export function runLine(placement: Placement): string {
  return commandLine(runCommand(placement));
}

/** A path that no program takes for an option. */
function operand(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}

/** A text as one word for a shell. */
export function word(text: string): string {
  return shellWord(text, /^[\w./:@%+=,-]+$/);
}

/** Texts as a command line for a shell. */
export function commandLine(words: readonly string[]): string {
  return words.map(word).join(' ');
}
