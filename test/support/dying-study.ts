import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeStudy } from './written-study.ts';

/** A study whose workers die by SIGKILL while they start, if `dies` holds for their number: 1, 2, … */
export function writeDyingStudy(folder: string, dies: string, objective: string): string {
  const file = writeStudy(folder, objective, 'retrain: { run() { console.error("no room"); process.exit(4); } },');
  const source = readFileSync(join(folder, file), 'utf8');
  const count = `
import { appendFileSync, readFileSync } from 'node:fs';
if (process.send !== undefined) {
  appendFileSync('starts', 'x');
  const n = readFileSync('starts', 'utf8').length;
  if (${dies}) process.kill(process.pid, 'SIGKILL');
}
`;
  writeFileSync(join(folder, file), count + source);
  return file;
}
