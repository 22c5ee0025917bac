import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { type Finished, INSTALLED, type RunOptions } from './run-hpo.ts';

const PROGRAM = fileURLToPath(new URL('warm-hpo.js', import.meta.url));

interface Conversation {
  readonly say: (line: string) => void;
  readonly answers: AsyncIterator<string>;
}

/**
 * The program `hpo` in one process that stays until the tests of the file are over, since loading takes most of the
 * time of a mistake in the command line. Commands run one after the other; state that one leaves in the process affects
 * the next.
 */
export class WarmHpo {
  #process: Conversation | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #end = () => {};

  constructor() {
    afterAll(() => this.#end());
  }

  /** Runs a command as `runHpo` does, but in this process. */
  run(args: readonly string[], { cwd, env }: RunOptions): Promise<Finished> {
    return this.#do({ args, cwd, env }, `hpo ${args.join(' ')}`);
  }

  /** Imports a module, once, which ends with exit code 1 where it throws. @param module its absolute path. */
  import(module: string, { cwd, env }: RunOptions): Promise<Finished> {
    return this.#do({ module, cwd, env }, module);
  }

  #do(task: object, name: string): Promise<Finished> {
    const answer = this.#last.then(async () => {
      this.#process ??= this.#start();
      this.#process.say(`${JSON.stringify(task)}\n`);
      const { value, done } = await this.#process.answers.next();
      if (done) throw new Error(`The process ended at ${name}`);
      return JSON.parse(value) as Finished;
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  #start(): Conversation {
    const { stdin, stdout } = spawn(process.execPath, [PROGRAM, INSTALLED], {
      cwd: tmpdir(), // where no tsconfig.json is checked with each study
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#end = () => stdin.end();
    return { say: (line) => stdin.write(line), answers: createInterface({ input: stdout })[Symbol.asyncIterator]() };
  }
}
