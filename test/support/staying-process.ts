import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { afterFile } from './after-file.ts';
import type { Finished } from './run-hpo.ts';

interface Conversation {
  readonly say: (line: string) => void;
  readonly answers: AsyncIterator<string>;
  readonly end: () => void;
  readonly kill: () => void;
}

/**
 * A process that starts with its first task and stays until it is ended, or the process of the tests ends. It takes each
 * task as a line of JSON, one after the other, and answers with a line, the end of the task. A process that dies at a
 * task, or is still at one after the last test of a file, is followed by another one.
 */
export class StayingProcess {
  readonly #command: readonly [program: string, ...args: string[]];
  readonly #stderr: 'inherit' | 'ignore';
  #process: Conversation | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(command: readonly [program: string, ...args: string[]], stderr: 'inherit' | 'ignore') {
    this.#command = command;
    this.#stderr = stderr;
  }

  /** @param name names the task in the error of a process that ended at it. */
  do(task: object, name: string): Promise<Finished> {
    const answer = this.#last.then(async () => {
      this.#process ??= this.#start();
      this.#process.say(`${JSON.stringify(task)}\n`);
      const { value, done } = await this.#process.answers.next();
      if (!done) return JSON.parse(value) as Finished;
      this.#process = undefined;
      throw new Error(`The process ended at ${name}`);
    });
    let isOver = false;
    this.#last = answer.then(
      () => (isOver = true),
      () => (isOver = true),
    );
    afterFile(() => {
      if (!isOver) this.#process?.kill();
    });
    return answer;
  }

  /** Ends the process, if it has started. It takes no task any more. */
  end(): void {
    this.#process?.end();
  }

  #start(): Conversation {
    const [program, ...args] = this.#command;
    const child = spawn(program, args, {
      cwd: tmpdir(), // where no tsconfig.json is checked with each study
      stdio: ['pipe', 'pipe', this.#stderr],
    });
    const { stdin, stdout } = child;
    if (stdin === null || stdout === null) throw new Error('no pipes');
    return {
      say: (line) => stdin.write(line),
      answers: createInterface({ input: stdout })[Symbol.asyncIterator](),
      end: () => stdin.end(),
      kill: () => child.kill('SIGKILL'),
    };
  }
}
