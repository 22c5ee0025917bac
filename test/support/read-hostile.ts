import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HostileDatabase } from './hostile-databases.ts';
import type { Finished } from './run-hpo.ts';

/** Runs `hpo` with a hostile database. */
type Hpo = (args: readonly string[], options: { readonly cwd: string }) => Promise<Finished>;

/** The reading commands that each database meets. */
const ALWAYS: readonly (readonly string[])[] = [
  ['studies'],
  ['trials', 'good', '--format', 'json', '--reports'],
  ['trials', 'good', '--columns', 'trial,state,value,params,user,duration,started,error,reports'],
  ['best', 'good'],
];

/** Slower commands, and those that write; each database meets one of them. */
const IN_TURN: readonly (readonly string[])[] = [
  ['export', 'good', '--format', 'ts'],
  ['importance', 'good'],
  ['report', 'good', '-o', 'report.html'],
  ['best', 'front', '--format', 'yaml'],
  ['plot', 'history', 'good', '-o', 'history.svg'],
  ['trials', 'front', '--sort', 'values.1', '--format', 'csv'],
  ['ask', 'good'],
  ['tell', 'good', '--trial', '14', '--value', '1'],
  ['delete', 'front', '--yes'],
];

/** The most characters of an error's line. */
const LONGEST = 4_000;

/**
 * Makes a hostile database in a folder and reads it with `hpo`.
 * @param at the index of the slower command.
 * @returns the problem with the answers; undefined where the database could not be made.
 */
export async function readHostile(
  database: HostileDatabase,
  at: number,
  folder: string,
  hpo: Hpo,
): Promise<readonly string[] | undefined> {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  if (!database.spoil(join(folder, 'hpo.db'))) return undefined;
  const wrong: string[] = [];
  for (const args of [...ALWAYS, IN_TURN[at % IN_TURN.length] as readonly string[]]) {
    const problem = problemWith(await hpo(args, { cwd: folder }));
    if (problem !== undefined) wrong.push(`${database.name}: hpo ${args.join(' ')}: ${problem}`);
  }
  return wrong;
}

/** The problem with the end of a command that met hostile input: anything but an answer, or a refusal in lines. */
export function problemWith({ code, stdout, stderr }: Finished): string | undefined {
  const lines = stderr.split('\n').slice(0, -1);
  const first = `${stderr.slice(0, 300)}${stderr.length > 300 ? '…' : ''}`;
  if (code !== 0 && code !== 2 && !(code === 1 && lines.length === 1)) return `exit code ${code}: ${first}`;
  if (/\n\s+at \S.*[:)]/.test(stderr) && /node:internal|\.ts:\d+:\d+\)?\n/.test(stderr))
    return `a stack trace: ${first}`;
  if (lines.some((line) => !line.startsWith('hpo: '))) return `a line that is not hpo's: ${first}`;
  if (lines.some((line) => line.length > LONGEST)) return `a line of ${Math.max(...lines.map((each) => each.length))}`;
  if (code !== 0 && lines.length === 0) return `exit code ${code} without a word`;
  if (code === 0 && stdout === '') return 'nothing';
  return undefined;
}
