import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../../src/study/run-event.ts';
import { type Finished, INSTALLED, type RunOptions } from './run-hpo.ts';
import { StayingProcess } from './staying-process.ts';

const PROGRAM = fileURLToPath(new URL('warm-hpo.js', import.meta.url));

/** A run that has ended. */
export interface EventfulRun {
  readonly end: Pick<Finished, 'code' | 'stderr'>;
  /** All its events of one type. */
  of<T extends RunEvent['type']>(type: T): Extract<RunEvent, { type: T }>[];
}

/** Shared by all files of a process of tests, and ended with it. */
const program = new StayingProcess([process.execPath, PROGRAM, INSTALLED], 'inherit');

/**
 * The program `hpo` in one process that stays, since loading takes most of the time of a mistake in the command line, and
 * half of that of a short run. Commands run one after the other; state that one leaves in the process affects the next.
 * A study file is imported once: one that a test changes has to get another name, or a process of its own.
 */
export class WarmHpo {
  /** Runs a command as `runHpo` does, but in this process. */
  run(args: readonly string[], { cwd, env }: RunOptions): Promise<Finished> {
    return program.do({ args, cwd, env }, `hpo ${args.join(' ')}`);
  }

  /** Runs a command with `--json`, whose events it gives by their type. */
  async runWithEvents(args: readonly string[], options: RunOptions): Promise<EventfulRun> {
    const { code, stdout, stderr } = await this.run([...args, '--json'], options);
    const events = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as RunEvent);
    return { end: { code, stderr }, of: (type) => events.filter((event) => event.type === type) as never };
  }

  /** Imports a module, once, which ends with exit code 1 where it throws. @param module its absolute path. */
  import(module: string, { cwd, env }: RunOptions): Promise<Finished> {
    return program.do({ module, cwd, env }, module);
  }
}
