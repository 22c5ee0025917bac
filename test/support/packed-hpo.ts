import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Packed } from '../../scripts/pack-contents.ts';
import { CHECKOUT, INSTALLED, runProgram } from './run-hpo.ts';

/** A packed package, with the path of its archive. */
export interface PackedHpo extends Packed {
  readonly archive: string;
}

/** The folder of the archive that the tests of a run share. */
const FOLDER = join(INSTALLED, 'packed');
const [RESULT, PROBLEM] = [join(FOLDER, 'result.json'), join(FOLDER, 'problem.txt')];

/** Packs the checkout as it would be published, once in a run of the tests. */
export async function packHpo(): Promise<PackedHpo> {
  try {
    mkdirSync(FOLDER);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    while (!existsSync(RESULT) && !existsSync(PROBLEM)) await setTimeout(200); // another file's test packs it
    if (existsSync(PROBLEM)) throw new Error(readFileSync(PROBLEM, 'utf8'));
    return JSON.parse(readFileSync(RESULT, 'utf8'));
  }
  const packed = await runProgram('npm', ['pack', '--json', '--pack-destination', FOLDER], { cwd: CHECKOUT });
  if (packed.code !== 0) {
    const problem = `npm pack failed: ${packed.stdout}${packed.stderr}`;
    writeFileSync(PROBLEM, problem);
    throw new Error(problem);
  }
  const [result] = JSON.parse(packed.stdout.slice(packed.stdout.search(/^\[/m))) as [Packed]; // its scripts' output is first
  const found = { ...result, archive: join(FOLDER, result.filename) };
  writeFileSync(RESULT, JSON.stringify(found));
  return found;
}
