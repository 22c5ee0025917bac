import { counted } from '../base/counted.ts';
import type { Defect } from '../storage/defect.ts';
import type { StorageExamination } from './examine-storage.ts';
import { printLine } from './print.ts';
import type { Row } from './table.ts';

/** Prints the findings about a database for people, a line each. @param repair the command that mends. */
export function printExamination({ facts, defects }: StorageExamination, repair: string): void {
  const { file, bytes, logBytes, journalMode, schema, studies, trials, network, freeBytes } = facts;
  const log = logBytes === 0 ? '' : `, ${inMB(logBytes)} of it in the write-ahead log`;
  printLine(`database  ${file} (${inMB(bytes + logBytes)}${log})`);
  printLine(`disk      ${network === null ? 'local' : `on ${network}`}, ${inMB(freeBytes)} free`);
  printLine(`journal   ${journalMode}`);
  printLine(`schema    ${schema ?? 'not that of hpo'}`);
  if (studies !== null && trials !== null) {
    printLine(`content   ${counted(studies, 'study', 'studies')}, ${counted(trials, 'trial')}`);
  }
  printLine('');
  for (const defect of defects) printLine(defectText(defect, repair));
  const count = defects.filter(isDefect).length;
  printLine(count === 0 ? 'The database is sound.' : `${counted(count, 'thing needs', 'things need')} mending.`);
}

/** The findings about a database for programs. */
export function examinationRecord({ facts, defects }: StorageExamination): Row {
  return {
    ...facts,
    isSound: !defects.some(isDefect),
    findings: defects.map(({ advice = null, ...defect }) => ({ ...defect, advice })),
  };
}

/** Whether a finding is a fault, and not only worth knowing. */
export function isDefect({ level }: Defect): boolean {
  return level === 'defect';
}

/** A finding for people: `✗` needs mending, `·` is worth knowing. */
export function defectText({ level, message, isMendable, advice }: Defect, repair: string): string {
  const mend = isMendable ? repair : advice;
  return `${level === 'defect' ? '✗' : '·'} ${message}${mend === undefined ? '' : `  → ${mend}`}`;
}

function inMB(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
