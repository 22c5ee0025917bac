import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';
import type { Finished } from './run-hpo.ts';

interface Conversation {
  readonly say: (line: string) => void;
  readonly answers: AsyncIterator<string>;
}

/**
 * A process that starts with its first task and stays until the tests of the file are over. It takes each task as a line
 * of JSON, one after the other, and answers with a line, the end of the task.
 */
export class StayingProcess {
  readonly #command: readonly [program: string, ...args: string[]];
  readonly #stderr: 'inherit' | 'ignore';
  #process: Conversation | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #end = () => {};

  constructor(command: readonly [program: string, ...args: string[]], stderr: 'inherit' | 'ignore') {
    this.#command = command;
    this.#stderr = stderr;
    afterAll(() => this.#end());
  }

  /** @param name names the task in the error of a process that ended at it. */
  do(task: object, name: string): Promise<Finished> {
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
    const [program, ...args] = this.#command;
    const { stdin, stdout } = spawn(program, args, {
      cwd: tmpdir(), // where no tsconfig.json is checked with each study
      stdio: ['pipe', 'pipe', this.#stderr],
    });
    if (stdin === null || stdout === null) throw new Error('no pipes');
    this.#end = () => stdin.end();
    return { say: (line) => stdin.write(line), answers: createInterface({ input: stdout })[Symbol.asyncIterator]() };
  }
}
