import { fileURLToPath } from 'node:url';
import { type Finished, INSTALLED, type RunOptions } from './run-hpo.ts';
import { StayingProcess } from './staying-process.ts';

const PROGRAM = fileURLToPath(new URL('warm-hpo.js', import.meta.url));

/**
 * The program `hpo` in one process that stays until the tests of the file are over, since loading takes most of the
 * time of a mistake in the command line. Commands run one after the other; state that one leaves in the process affects
 * the next.
 */
export class WarmHpo {
  readonly #process = new StayingProcess([process.execPath, PROGRAM, INSTALLED], 'inherit');

  /** Runs a command as `runHpo` does, but in this process. */
  run(args: readonly string[], { cwd, env }: RunOptions): Promise<Finished> {
    return this.#process.do({ args, cwd, env }, `hpo ${args.join(' ')}`);
  }

  /** Imports a module, once, which ends with exit code 1 where it throws. @param module its absolute path. */
  import(module: string, { cwd, env }: RunOptions): Promise<Finished> {
    return this.#process.do({ module, cwd, env }, module);
  }
}
