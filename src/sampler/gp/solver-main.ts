// The program of the thread that SolverThread starts: solves the problems that it is sent, one after the other.
import { parentPort } from 'node:worker_threads';
import { solve } from './problem.ts';
import type { SolverAnswer, SolverQuestion } from './solver-thread.ts';

parentPort?.on('message', ({ id, problem }: SolverQuestion) => {
  let answer: SolverAnswer;
  try {
    answer = { id, point: solve(problem) };
  } catch (error) {
    answer = { id, error };
  }
  parentPort?.postMessage(answer);
});
