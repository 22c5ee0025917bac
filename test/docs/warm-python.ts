import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';
import type { Finished } from '../support/run-hpo.ts';

const PROGRAM = `
import contextlib, io, json, os, runpy, sys, traceback

for line in sys.stdin:
    task = json.loads(line)
    os.chdir(task["cwd"])
    said = io.StringIO()
    code = 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            runpy.run_path(task["path"], run_name="__main__")
        except BaseException:
            traceback.print_exc()
            code = 1
    print(json.dumps({"code": code, "stdout": said.getvalue(), "stderr": ""}), flush=True)
`;

/** Python in one process that stays until the tests of the file are over, since importing Optuna takes most of the time. */
export class WarmPython {
  readonly #python: string;
  #talk: { readonly say: (line: string) => void; readonly answers: AsyncIterator<string> } | undefined;
  #end = () => {};

  constructor(python: string) {
    this.#python = python;
    afterAll(() => this.#end());
  }

  /** Runs a program, in an order of its caller's. @param path its absolute path. */
  async run(path: string, cwd: string): Promise<Finished> {
    this.#talk ??= this.#start();
    this.#talk.say(`${JSON.stringify({ path, cwd })}\n`);
    const { value, done } = await this.#talk.answers.next();
    if (done) throw new Error(`Python ended at ${path}`);
    return JSON.parse(value) as Finished;
  }

  #start() {
    const { stdin, stdout } = spawn(this.#python, ['-c', PROGRAM], {
      cwd: tmpdir(),
      stdio: ['pipe', 'pipe', 'ignore'], // Optuna's log
    });
    this.#end = () => stdin.end();
    return {
      say: (line: string) => stdin.write(line),
      answers: createInterface({ input: stdout })[Symbol.asyncIterator](),
    };
  }
}
