import type { TrialState } from '../trial/frozen-trial.ts';

/** The colours of charts, distinct for people with colour blindness, too. */
export interface Palette {
  readonly text: string;
  readonly muted: string;
  /** The lines of a grid. */
  readonly grid: string;
  readonly surface: string;
  /** The trials, which are the most frequent marks. */
  readonly accent: string;
  /** The best value or trial. */
  readonly best: string;
  /** Things that do not count. */
  readonly faint: string;
  readonly states: Readonly<Record<TrialState, string>>;
  /** The colours from the best to the worst value, or from much to little. */
  readonly scale: readonly string[];
  /** The colours of classes. */
  readonly classes: readonly string[];
}

/** The colours on a white background. States after Okabe and Ito (2008). */
export const LIGHT: Palette = {
  text: '#1c2330',
  muted: '#667085',
  grid: '#e6e9ef',
  surface: '#ffffff',
  accent: '#2563b8',
  best: '#d1490c',
  faint: '#b3bac7',
  states: { COMPLETE: '#2563b8', PRUNED: '#e69f00', FAIL: '#b5179e', RUNNING: '#009e73', WAITING: '#b3bac7' },
  scale: ['#0b2e6b', '#1f5fae', '#4b93c9', '#8fc0d8', '#c9dfe4', '#e6e2d3'],
  classes: [
    ...['#2563b8', '#e69f00', '#009e73', '#b5179e', '#d1490c'],
    ...['#56b4e9', '#7a5195', '#8f9320', '#f08aa8', '#7d6b5d'],
  ],
};

/** The colours on a dark background. */
export const DARK: Palette = {
  text: '#e8ecf3',
  muted: '#97a1b3',
  grid: '#2a3140',
  surface: '#161b25',
  accent: '#6ea8fe',
  best: '#ff9e57',
  faint: '#4d576a',
  states: { COMPLETE: '#6ea8fe', PRUNED: '#f0b429', FAIL: '#e879d9', RUNNING: '#35c99b', WAITING: '#4d576a' },
  scale: ['#d9f4ff', '#8fd3f5', '#4ba3da', '#2c73ac', '#2a4a70', '#2b3548'],
  classes: [
    ...['#6ea8fe', '#f0b429', '#35c99b', '#e879d9', '#ff7f50'],
    ...['#9fdcff', '#a98be0', '#c5c84f', '#ffb3c7', '#b8a48f'],
  ],
};

/** The fonts of all text; the first that is installed is taken. */
export const FONTS = "Inter, ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
