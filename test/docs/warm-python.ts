import { afterFile } from '../support/after-file.ts';
import type { Finished } from '../support/run-hpo.ts';
import { StayingProcess } from '../support/staying-process.ts';

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
  readonly #process: StayingProcess;

  constructor(python: string) {
    this.#process = new StayingProcess([python, '-c', PROGRAM], 'ignore'); // Optuna's log
    afterFile(() => this.#process.end());
  }

  /** Runs a program. @param path its absolute path. */
  run(path: string, cwd: string): Promise<Finished> {
    return this.#process.do({ path, cwd }, path);
  }
}
