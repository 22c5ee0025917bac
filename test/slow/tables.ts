import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { SWEEP_SEED, SWEEP_SIZE, type SweepRow } from '../support/sweep-size.ts';

/** Gives the sweeps a file for the rows of their tables. @returns a function that prints the tables after the last. */
export default function setUp(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'hpo-sweeps-'));
  const file = join(folder, 'rows');
  writeFileSync(file, '');
  project.provide('sweepRows', file);
  return () => {
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
    rmSync(folder, { recursive: true });
    const tables = new Map<string, SweepRow[]>();
    for (const line of lines) {
      const { table, row } = JSON.parse(line) as { readonly table: string; readonly row: SweepRow };
      tables.set(table, [...(tables.get(table) ?? []), row]);
    }
    for (const [title, rows] of tables) {
      console.log(`\n${title} (SWEEP=${SWEEP_SIZE} SWEEP_SEED=${SWEEP_SEED})\n${textOf(rows)}`);
    }
  };
}

function textOf(rows: readonly SweepRow[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)));
  return cells
    .map((row) => `| ${row.map((cell, at) => pad(cell, widths[at] ?? 0)).join(' | ')} |`)
    .toSpliced(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`)
    .join('\n');
}

function pad(cell: string, width: number): string {
  return /^[\d.,]+$/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
}
