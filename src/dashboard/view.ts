import type { Machines } from '../study/machine-watch.ts';
import type { LiveRun } from './live-run.ts';
import type { StudyModel } from './study-model.ts';
import type { SystemState } from './system-state.ts';
import type { Line } from './text/line.ts';
import type { UiState } from './ui-state.ts';

/** The data that a screen is drawn from. */
export interface View {
  readonly model: StudyModel;
  readonly storageLabel: string;
  /** Undefined where the study runs elsewhere. */
  readonly run: LiveRun | undefined;
  readonly machines: Machines;
  readonly ui: UiState;
  readonly system: SystemState;
  readonly now: Date;
}

/** Draws a part of the screen: at most `height` lines, each at most `width` columns wide. */
export type Screen = (view: View, width: number, height: number) => Line[];
