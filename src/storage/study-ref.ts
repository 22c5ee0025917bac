import { randomUUID } from 'node:crypto';
import type { Attributes } from '../trial/frozen-trial.ts';

/** Identifies one study for good: a database may give its row id, and people its name, to a later one. */
export interface StudyRef {
  readonly id: number;
  readonly name: string;
  /** Random, of this study alone; undefined for a study of Optuna's until a coordinator of ours opens it. */
  readonly token: string | undefined;
}

/** The system attribute that distinguishes a study from a later one with the same row id or name. */
export const TOKEN_KEY = 'hpo:token';

/** A token that no other study has. */
export function drawToken(): string {
  return randomUUID();
}

/** The system attributes of a new study, with a token. */
export function withToken(systemAttrs: Attributes = {}): Attributes {
  return { ...systemAttrs, [TOKEN_KEY]: drawToken() };
}

/** A study's token; undefined where it has none yet, as a new study of Optuna's. */
export function tokenOf(systemAttrs: Attributes): string | undefined {
  const token = systemAttrs[TOKEN_KEY];
  return typeof token === 'string' ? token : undefined;
}
