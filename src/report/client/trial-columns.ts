import type { ReportData, ReportTrial } from '../report-data.ts';
import { paramScale } from '../scale.ts';
import { clip, numberText } from '../text.ts';
import { durationText, elapsedMs, machineOf } from '../trial-text.ts';
import { stateBadge } from './trial-dialog.ts';

/** A column of the table of trials. */
export interface Column {
  /** Distinct from those of all other columns, and the same in newer data. */
  readonly id: string;
  readonly title: string;
  readonly isNumber: boolean;
  /** The key by which trials are sorted; those without one come last. */
  key(trial: ReportTrial): number | string | undefined;
  text(trial: ReportTrial): string;
  /** The cell; default: the text of {@link text}. */
  cell?(trial: ReportTrial): HTMLElement;
}

const NUMBER: Column = {
  id: 'trial',
  title: 'trial',
  isNumber: true,
  key: ({ number }) => number,
  text: ({ number }) => String(number),
};

/** The columns for a study's trials. */
export function columnsOf(data: ReportData): readonly Column[] {
  return [
    NUMBER,
    {
      id: 'state',
      title: 'state',
      isNumber: false,
      key: ({ state }) => state,
      text: ({ state, feasible }) => `${state.toLowerCase()}${feasible ? '' : ', infeasible'}`,
      cell: stateBadge,
    },
    ...data.study.objectives.map(
      ({ name }, at): Column => numberColumn(`value:${at}`, name, ({ values }) => values?.[at]),
    ),
    {
      id: 'duration',
      title: 'duration',
      isNumber: true,
      key: (trial) => elapsedMs(trial, data),
      text: (trial) => durationText(trial, data),
    },
    ...(data.machines.length < 2 ? [] : [machineColumn(data)]),
    ...data.params.map((param, at): Column => {
      const scale = paramScale(param);
      return {
        id: `param:${param.name}`,
        title: param.name,
        isNumber: param.kind === 'number',
        key: (trial) => trial.params[at] ?? undefined,
        text(trial) {
          const value = trial.params[at];
          return value === null || value === undefined ? '' : scale.label(value);
        },
      };
    }),
    ...[...new Set(data.trials.flatMap(({ userAttrs }) => userAttrs.map(([name]) => name)))].map(attributeColumn),
  ];
}

function machineColumn(data: ReportData): Column {
  return {
    id: 'machine',
    title: 'machine',
    isNumber: false,
    key: ({ machine }) => machine ?? undefined, // they are numbered by name
    text: (trial) => clip(machineOf(data, trial) ?? '', 40),
  };
}

function numberColumn(id: string, title: string, of: (trial: ReportTrial) => number | undefined): Column {
  return {
    id,
    title,
    isNumber: true,
    key: of,
    text(trial) {
      const value = of(trial);
      return value === undefined ? '' : numberText(value);
    },
  };
}

function attributeColumn(name: string): Column {
  const find = ({ userAttrs }: ReportTrial) => userAttrs.find(([each]) => each === name)?.[1];
  const number = (text: string | undefined) => (text === undefined || text.trim() === '' ? Number.NaN : Number(text));
  return {
    id: `attribute:${name}`,
    title: name,
    isNumber: false,
    key(trial) {
      const text = find(trial);
      return Number.isNaN(number(text)) ? text : number(text);
    },
    text(trial) {
      const text = find(trial);
      return Number.isNaN(number(text)) ? clip(text ?? '', 200) : numberText(number(text));
    },
  };
}
