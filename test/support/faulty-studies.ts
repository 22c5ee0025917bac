import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledProgram } from './bundled-program.ts';
import { type Fault, IoFaultControl } from './io-fault-control.ts';
import type { FaultyStudies, FaultyStudy } from './io-fault-study.ts';
import { CHECKOUT, runNode } from './run-hpo.ts';
import { memoryFolder, tempFolder } from './temp-folder.ts';

/** A fault that does not happen. */
export const NO_FAULT = { at: 0, count: 1, error: 'EIO', written: 'nothing' } as const satisfies Partial<Fault>;

/** The states of a study of `io-fault-study.ts` that has gone on to its end. */
const COMPLETE = Array(21).fill('COMPLETE').join();

/** The variables that load the library of `preload/io-fault.c` into a program. @param part of the paths at fault. */
export function faultEnvironment(
  library: string | undefined,
  control: IoFaultControl,
  part: string,
): Readonly<Record<string, string>> {
  return { LD_PRELOAD: library ?? '', IO_FAULT_CONTROL: control.path, IO_FAULT_FILE: part };
}

/** Runs studies of `io-fault-study.ts` in one process. @param part of the paths at fault. */
export async function faultyStudies(
  library: string | undefined,
  part: string,
  studies: FaultyStudies,
): Promise<readonly FaultyStudy[]> {
  const control = new IoFaultControl(join(tempFolder(), 'control'), true);
  const list = join(tempFolder(), 'studies.json');
  writeFileSync(list, JSON.stringify(studies));
  const program = await bundledProgram('support/io-fault-study.ts');
  const args = ['--no-warnings', program, memoryFolder(), control.path, list];
  const { stdout, stderr } = await runNode(args, { cwd: CHECKOUT, env: faultEnvironment(library, control, part) });
  control.close();
  if (stderr !== '') throw new Error(stderr);
  const lines = stdout.trim().split('\n');
  return lines.map((line) => JSON.parse(line) as FaultyStudy);
}

/** The faults of a study, by their kinds. @param checkpoints whether it was its checkpoints that failed. */
export function faultsOf({ states, integrity, error, warnings, ...study }: FaultyStudy, checkpoints: boolean) {
  return {
    lost: study.lost.length > 0,
    doubled: study.doubled.length > 0,
    'left over': study.leftOver.length > 0,
    'wrong value': study.wrong.length > 0,
    'off target': states !== COMPLETE,
    'not ok': integrity !== 'ok',
    'not said': !/^hpo\.db[^\n]*\.$/.test(error ?? 'hpo.db.') || warnings.some((line) => line.includes('\n')),
    // A disk that takes no checkpoint costs the checkpoint alone.
    'ended for a checkpoint': checkpoints && error !== undefined,
  };
}
