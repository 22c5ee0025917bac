import { Worker as Thread } from 'node:worker_threads';
import { CODE_ROOT, IS_SOURCE } from '../../base/package-root.ts';
import type { Point } from './point-space.ts';
import { type Problem, solve } from './problem.ts';

/** A problem on its way to the thread. */
export interface SolverQuestion {
  readonly id: number;
  readonly problem: Problem;
}

/** The answer: the point, or the error that was thrown. */
export type SolverAnswer =
  | { readonly id: number; readonly point: Point }
  | { readonly id: number; readonly error: unknown };

interface Waiting {
  readonly problem: Problem;
  resolve(point: Point): void;
  reject(error: unknown): void;
}

/**
 * A thread that solves problems while this one goes on. It is started with the first problem, and keeps the process
 * alive only while it solves one. Where no thread can be started (hpo may be bundled into one file), or the thread ends,
 * problems are solved here; the points are the same.
 */
export class SolverThread {
  readonly #program: URL;
  #thread: Thread | undefined;
  #isLost = false;
  #count = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** @param program the thread's module. Default: hpo's own. */
  constructor(program = new URL(`sampler/gp/solver-main.${IS_SOURCE ? 'ts' : 'js'}`, CODE_ROOT)) {
    this.#program = program;
  }

  solve(problem: Problem): Promise<Point> {
    return new Promise((resolve, reject) => {
      const id = this.#count++;
      this.#waiting.set(id, { problem, resolve, reject });
      if (!this.#isLost) this.#send({ id, problem });
      if (this.#isLost) this.#solveHere();
    });
  }

  /** Whether problems are solved in the thread. */
  get isRunning(): boolean {
    return this.#thread !== undefined && !this.#isLost;
  }

  #send(question: SolverQuestion): void {
    try {
      this.#thread ??= this.#start();
      this.#thread.ref();
      this.#thread.postMessage(question);
    } catch {
      this.#isLost = true;
    }
  }

  #start(): Thread {
    const program = IS_SOURCE ? compiling(this.#program) : this.#program;
    const thread = new Thread(program, { name: 'hpo-gp', eval: IS_SOURCE, execArgv: [] });
    thread.on('message', (answer: SolverAnswer) => this.#take(answer));
    thread.on('error', () => this.#lose());
    thread.on('exit', () => this.#lose());
    return thread;
  }

  #take(answer: SolverAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#thread?.unref();
    if ('error' in answer) waiting?.reject(answer.error);
    else waiting?.resolve(answer.point);
  }

  #lose(): void {
    this.#isLost = true;
    this.#solveHere();
  }

  #solveHere(): void {
    for (const [id, { problem, resolve, reject }] of this.#waiting) {
      this.#waiting.delete(id);
      try {
        resolve(solve(problem));
      } catch (error) {
        reject(error);
      }
    }
  }
}

/** The program of a thread that enables TypeScript first, which `--import` does not do in threads before Node 22. */
function compiling(program: URL): string {
  return `import('${import.meta.resolve('tsx/esm/api')}').then(({ register }) => { register(); return import('${program}'); });`;
}
