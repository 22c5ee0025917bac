import { counted } from '../base/counted.ts';
import type { Defect } from '../storage/defect.ts';
import type { StorageExamination } from './examine-storage.ts';
import { printLine } from './print.ts';
import type { Row } from './table.ts';

/** Prints the findings about a database for people, a line each. @param repair the command that mends; undefined for none. */
export function printExamination({ lines, defects }: StorageExamination, repair: string | undefined): void {
  for (const line of lines) printLine(line);
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
export function defectText({ level, message, isMendable, advice }: Defect, repair: string | undefined): string {
  const mend = isMendable ? repair : advice;
  return `${level === 'defect' ? '✗' : '·'} ${message}${mend === undefined ? '' : `  → ${mend}`}`;
}
